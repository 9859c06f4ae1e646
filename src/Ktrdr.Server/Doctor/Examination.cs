using Ktrdr.Agent;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server;

/// <summary>Looks at everything the program needs on this machine. Changes nothing, starts nothing, sends no prompt; a home
/// may be empty, served, or broken.</summary>
/// <param name="home">The home's folder; it need not exist.</param>
/// <param name="server">The server that commands were told to talk to, or null.</param>
/// <param name="variables">The environment variables.</param>
/// <param name="ownNames">Names of variables that whoever asks reads for itself.</param>
/// <param name="clock">The clock.</param>
public sealed class Examination(
    string home,
    Uri? server,
    IReadOnlyDictionary<string, string?> variables,
    IReadOnlyList<string> ownNames,
    TimeProvider clock
)
{
    private readonly HomeFolder _home = new(home);
    private readonly IConfiguration _settings = new ConfigurationBuilder().AddInMemoryCollection(variables).Build();
    private readonly List<Finding> _findings = [];

    /// <summary>How long whoever is asked over the network may take to answer.</summary>
    internal TimeSpan Patience { get; init; } = Neighbour.Patience;

    /// <summary>Looks at everything, in the order in which a program needs it.</summary>
    public async Task<ExaminationView> FindAsync(CancellationToken cancellationToken)
    {
        var time = new ClockCheck(clock);
        var ports = new PortCheck(Patience);
        var telemetry = new TelemetryCheck(Patience);
        HomeHolder? holder = null;
        DatabaseState? records = null;
        Look("home", () => HomeCheck.Of(_home));
        await LookAsync(
            "server",
            () =>
            {
                holder = HomeLock.Read(_home.Root);
                return server is not null
                    ? ports.OfNamedAsync(server, cancellationToken)
                    : ports.OfHolderAsync(holder, cancellationToken);
            }
        );
        Look("database", () => [(records = Records(holder)).Finding]);
        await LookAsync(
            $"port {ServerOptions.DefaultPort}",
            () => ports.OfAsync(ServerOptions.DefaultPort, _home, holder, cancellationToken)
        );
        Look("datasets", () => new DatasetCheck(_home, clock).Of());
        Look("settings", () => new SettingsCheck(AddSettings, ownNames).Of(variables));
        Look("key", Author);
        await LookAsync("telemetry", () => telemetry.OfAsync(_settings, cancellationToken));
        Look("clock", () => [time.Of(records?.Newest, records?.LastDay)]);
        return new ExaminationView
        {
            Home = _home.Root,
            Healthy = Count(FindingLevel.Wrong) == 0,
            Wrong = Count(FindingLevel.Wrong),
            Warnings = Count(FindingLevel.Warning),
            Findings = [.. _findings.Select(Of)],
        };
    }

    // A setting that is no address is the settings' finding; what it would have named cannot be looked at.
    private DatabaseState Records(HomeHolder? holder)
    {
        var options = new OperationsOptions();
        try
        {
            OperationsSettings.PlaceRecords(options, _home, _settings[OperationsSettings.Database]);
        }
        catch (InvalidOperationException)
        {
            return new DatabaseState(
                Finding.Warning(
                    "database",
                    "not looked at",
                    $"{OperationsSettings.Database} names none that could be.",
                    "See the settings below."
                )
            );
        }

        return options.DatabaseUrl is { } url
            ? DatabaseCheck.OfServer(url)
            : DatabaseCheck.Of(options.DatabasePath, holder is not null);
    }

    private void AddSettings(IServiceCollection services, IConfiguration settings)
    {
        OperationsSettings.Apply(new OperationsOptions(), _home, settings);
        LogSettings.Read(settings, toTerminal: true);
        services.AddResearch(settings).AddAgent(settings);
    }

    private IReadOnlyList<Finding> Author()
    {
        var services = new ServiceCollection();
        try
        {
            AddSettings(services, _settings);
        }
        catch (InvalidOperationException)
        {
            return []; // The setting in the way has a finding of its own.
        }

        using var provider = services.BuildServiceProvider();
        return
        [
            AuthorCheck.Of(
                provider.GetRequiredService<ResearchOptions>(),
                provider.GetRequiredService<ILanguageModels>()
            ),
        ];
    }

    private void Look(string what, Func<IReadOnlyList<Finding>> look)
    {
        try
        {
            _findings.AddRange(look());
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            _findings.Add(Unseen(what, fault));
        }
    }

    private async Task LookAsync(string what, Func<Task<Finding>> look)
    {
        try
        {
            _findings.Add(await look());
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            _findings.Add(Unseen(what, fault));
        }
    }

    // A home may be broken in ways nobody thought of; the other findings are worth having all the same.
    private static Finding Unseen(string what, Exception fault) =>
        Finding.Wrong(what, "cannot be looked at", fault.Message, "Check who may read it, and that its disk is well.");

    private int Count(FindingLevel level) => _findings.Count(finding => finding.Level == level);

    private static FindingView Of(Finding finding) =>
        new()
        {
            Level = finding.Level.ToString().ToLowerInvariant(),
            What = finding.What,
            Value = finding.Value,
            Why = finding.Why,
            Fix = finding.Fix,
        };
}
