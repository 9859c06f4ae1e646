using System.Globalization;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.System.Tests;

[assembly: AssemblyFixture(typeof(KnownCycles))]

namespace Ktrdr.System.Tests;

/// <summary>Cycles of which everything is known, run under the eyes of a real Prometheus: three completed, one of them for money,
/// two turned away, one by each gate, and one cancelled. Run once, when somebody first asks.</summary>
/// <remarks>Each kind takes a server of its own, with its own settings, one after another on one port: so every figure also
/// survives four restarts. Prometheus sees each server under two names, as it would see two servers of one database.</remarks>
public sealed class KnownCycles : IAsyncDisposable
{
    private const string Any = "-1000";
    private readonly Lazy<Task<Witnessed>> _run;
    private readonly Stack<IDisposable> _held = new();
    private LoopbackServer? _claude;

    /// <summary>Runs nothing until somebody asks.</summary>
    public KnownCycles() => _run = new(RunAsync);

    /// <summary>What was done, and who saw it; a skip where Prometheus is missing.</summary>
    internal Task<Witnessed> FinishedAsync()
    {
        Assert.SkipWhen(Prometheus.Missing is not null, Prometheus.Missing ?? "");
        return _run.Value;
    }

    /// <summary>Ends everything that still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_held.TryPop(out var one))
        {
            one.Dispose();
        }

        if (_claude is not null)
        {
            await _claude.DisposeAsync();
        }
    }

    private async Task<Witnessed> RunAsync()
    {
        _claude = await LoopbackServer.StartAsync();
        _claude.Answer = Scenarios.Cycle(small: true);
        var home = Hold(
            new Home(
                ("AGENT_PROVIDER", "scripted"),
                ("STUB_WORKER_DELAY", "0"),
                ("ANTHROPIC_API_KEY", _claude.Key),
                ("ANTHROPIC_BASE_URL", _claude.Url)
            )
        );

        var first = await home.ServeAsync();
        var port = first.Url.Port;
        var prometheus = await PrometheusOfAsync(port);
        await CycleAsync(first, "completed");
        await CycleAsync(first, "completed");

        await EndAsync(first);
        var paying = await home.ServeAsync(
            port,
            ("AGENT_PROVIDER", "anthropic"),
            ("TRAINING_GATE_MIN_ACCURACY", "0"),
            ("TRAINING_GATE_MAX_LOSS", "1000"),
            ("TRAINING_GATE_MIN_LOSS_DECREASE", Any),
            ("BACKTEST_GATE_MIN_WIN_RATE", "0"),
            ("BACKTEST_GATE_MAX_DRAWDOWN", "1"),
            ("BACKTEST_GATE_MIN_SHARPE", Any)
        );
        await CycleAsync(paying, "completed");

        await EndAsync(paying);
        var strict = await home.ServeAsync(port, ("TRAINING_GATE_MIN_ACCURACY", "0.9"));
        await CycleAsync(strict, "failed");

        await EndAsync(strict);
        var demanding = await home.ServeAsync(port, ("BACKTEST_GATE_MIN_SHARPE", "5"));
        await CycleAsync(demanding, "failed");

        await EndAsync(demanding);
        var idle = Hold(await home.ServeAsync(port, ("KTRDR_WORKER_ROLES", "research")));
        var waiting = await idle.TriggerAsync(new TriggerRequest());
        await idle.PhaseAsync(waiting, "designing");
        await prometheus.ScrapeAsync();
        var meanwhile = await ReadAsync(prometheus, "Active Phase", "Work Waiting", "Operations Active");
        await idle.Client.CancelCycleAsync(waiting, idle.Patience);
        await idle.EndAsync(waiting);
        await prometheus.ScrapeAsync();
        return new Witnessed(prometheus, await Record.OfAsync(idle), _claude.Bill, meanwhile);
    }

    private async Task<Prometheus> PrometheusOfAsync(int port)
    {
        var named = port.ToString(CultureInfo.InvariantCulture);
        var prometheus = Hold(await Prometheus.StartAsync($"127.0.0.1:{named}", $"localhost:{named}"));
        await prometheus.ScrapeAsync();
        return prometheus;
    }

    private T Hold<T>(T one)
        where T : IDisposable
    {
        _held.Push(one);
        return one;
    }

    private static async Task CycleAsync(Server server, string status)
    {
        var cycle = await server.EndAsync(await server.TriggerAsync(new TriggerRequest { Seed = 1 }));
        Assert.True(cycle.Status == status, $"The cycle is {cycle.Status}, not {status}: {cycle.ErrorMessage}");
    }

    private static async Task EndAsync(Server server)
    {
        using (server)
        {
            await server.TerminateAsync();
        }
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> ReadAsync(
        Prometheus prometheus,
        params string[] titles
    )
    {
        var read = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        foreach (var title in titles)
        {
            read[title] = await Dashboard.Named(title).ReadAsync(prometheus);
        }

        return read;
    }
}

/// <summary>Cycles that were seen.</summary>
/// <param name="Prometheus">Who saw them.</param>
/// <param name="Record">What the server has on record of them.</param>
/// <param name="Bill">What the provider charged for them.</param>
/// <param name="Meanwhile">What some panels showed while the last one waited for a designer.</param>
internal sealed record Witnessed(
    Prometheus Prometheus,
    Record Record,
    Bill Bill,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Meanwhile
);
