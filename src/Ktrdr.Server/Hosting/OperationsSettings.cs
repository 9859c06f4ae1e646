using System.Globalization;
using Ktrdr.Archive;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server;

/// <summary>Reads where operations are recorded, who does them here, and what becomes of them.</summary>
internal static class OperationsSettings
{
    /// <summary>The setting that names a database server.</summary>
    public const string Database = "KTRDR_DATABASE";

    private const string OnRestartOf = "KTRDR_ON_RESTART";
    private const string RolesOf = "KTRDR_WORKER_ROLES";
    private const string WaitOf = "KTRDR_WORKER_WAIT";
    private const int LongestWait = 7 * 24 * 60 * 60;
    private const int MostAtOnce = 256;

    /// <summary>The roles there are.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["research", "agent", "training", "backtesting"];

    /// <summary>Says where the records of a home lie: in its own file, or in the database that is named.</summary>
    /// <param name="options">What is told.</param>
    /// <param name="home">The home.</param>
    /// <param name="database">The setting's value; nothing means the home's own file.</param>
    /// <exception cref="InvalidOperationException">The value is no address of a database.</exception>
    public static void PlaceRecords(OperationsOptions options, HomeFolder home, string? database)
    {
        options.DatabasePath = Path.Combine(home.Root, "ktrdr.db");
        try
        {
            options.DatabaseUrl = string.IsNullOrWhiteSpace(database) ? null : database.Trim();
        }
        catch (FormatException wrong)
        {
            throw new InvalidOperationException($"{Database} cannot be used. {wrong.Message}", wrong);
        }
    }

    /// <summary>Reads all of them.</summary>
    /// <param name="options">What is told.</param>
    /// <param name="home">The home.</param>
    /// <param name="configuration">Where they are read.</param>
    /// <param name="roles">What the command line says about roles, which wins; or null.</param>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names it.</exception>
    public static void Apply(
        OperationsOptions options,
        HomeFolder home,
        IConfiguration configuration,
        string? roles = null
    )
    {
        PlaceRecords(options, home, configuration[Database]);
        options.OnRestart = OnRestartIn(configuration[OnRestartOf]);
        options.WorkerWait = WaitIn(configuration[WaitOf]);
        var set = configuration[RolesOf];
        Take(options, roles ?? set, roles is null ? RolesOf : "--roles");
    }

    private static OnRestart OnRestartIn(string? value) =>
        value?.Trim().ToLowerInvariant() switch
        {
            null or "" or "resume" => OnRestart.Resume,
            "fail" => OnRestart.Fail,
            var other => throw new InvalidOperationException($"{OnRestartOf} is '{other}'. Use resume or fail."),
        };

    private static TimeSpan WaitIn(string? value) =>
        string.IsNullOrWhiteSpace(value) ? new OperationsOptions().WorkerWait
        : int.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
        : throw new InvalidOperationException(
            $"{WaitOf} is '{value}'. Use whole seconds from 1 to {LongestWait.ToString("#,0", CultureInfo.InvariantCulture)}."
        );

    /// <summary>All roles, none, or those that are named, each with how many of it at once if it says so.</summary>
    private static void Take(OperationsOptions options, string? value, string name)
    {
        var wanted = value?.Trim().ToLowerInvariant() ?? "";
        if (wanted is "" or "all")
        {
            return;
        }

        Dictionary<string, int> taken = [];
        foreach (var part in wanted is "none" ? [] : wanted.Split(',', StringSplitOptions.TrimEntries))
        {
            var (role, places) = part.Split('=', 2, StringSplitOptions.TrimEntries) switch
            {
                [var one] => (one, options.Capacities.TryGetValue(one, out var usual) ? usual : 0),
                [var one, var count]
                    when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        && number is > 0 and <= MostAtOnce => (one, number),
                _ => throw Refused("its number is not from 1 to 256"),
            };
            if (!Roles.Contains(role))
            {
                throw Refused($"there is no role '{role}'");
            }

            taken[role] = places;

            InvalidOperationException Refused(string reason) =>
                new(
                    $"{name} has '{part}', and {reason}. Use some of {string.Join(", ", Roles)}, with commas between, or "
                        + "training=4 for four at once; all, or none."
                );
        }

        foreach (var role in Roles)
        {
            options.Capacities[role] = taken.GetValueOrDefault(role);
        }
    }
}
