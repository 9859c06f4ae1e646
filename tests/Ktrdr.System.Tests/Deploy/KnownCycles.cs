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

        var server = Hold(await home.ServeAsync());
        var prometheus = await PrometheusOfAsync(server.Url.Port);
        var before = await prometheus.ScrapeAsync();
        await CycleAsync(server, "completed");
        await CycleAsync(server, "completed");

        server = await NextAsync(
            server,
            home,
            ("AGENT_PROVIDER", "anthropic"),
            ("TRAINING_GATE_MIN_ACCURACY", "0"),
            ("TRAINING_GATE_MAX_LOSS", "1000"),
            ("TRAINING_GATE_MIN_LOSS_DECREASE", Any),
            ("BACKTEST_GATE_MIN_WIN_RATE", "0"),
            ("BACKTEST_GATE_MAX_DRAWDOWN", "1"),
            ("BACKTEST_GATE_MIN_SHARPE", Any)
        );
        await CycleAsync(server, "completed");

        server = await NextAsync(server, home, ("TRAINING_GATE_MIN_ACCURACY", "0.9"));
        await CycleAsync(server, "failed");

        server = await NextAsync(server, home, ("BACKTEST_GATE_MIN_SHARPE", "5"));
        await CycleAsync(server, "failed");

        server = await NextAsync(server, home, ("KTRDR_WORKER_ROLES", "research"));
        var waiting = await server.TriggerAsync(new TriggerRequest());
        await server.PhaseAsync(waiting, "designing");
        var meanwhile = await prometheus.ScrapeAsync();
        await server.Client.CancelCycleAsync(waiting, server.Patience);
        await server.EndAsync(waiting);
        var after = await prometheus.ScrapeAsync();
        return new Witnessed(prometheus, before, meanwhile, after, await Record.OfAsync(server), _claude.Bill);
    }

    private async Task<Server> NextAsync(Server last, Home home, params (string Key, string Value)[] settings)
    {
        await last.TerminateAsync();
        return Hold(await home.ServeAsync(last.Url.Port, settings));
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
}

/// <summary>Cycles that were seen.</summary>
/// <param name="Prometheus">Who saw them.</param>
/// <param name="Before">Before the first.</param>
/// <param name="Meanwhile">While the last one waited for a designer.</param>
/// <param name="After">When all had ended.</param>
/// <param name="Record">What the server has on record of them.</param>
/// <param name="Bill">What the provider charged for them.</param>
internal sealed record Witnessed(
    Prometheus Prometheus,
    Moment Before,
    Moment Meanwhile,
    Moment After,
    Record Record,
    Bill Bill
);
