using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent.Tests;

/// <summary>The learning window of a part of the sample market, and a desk that hands it out.</summary>
internal static class Sample
{
    private const int Bars = 6_000;

    public static MarketOnHand OnHand { get; } =
        new()
        {
            Symbol = SampleMarket.Symbol,
            Timeframe = "1h",
            Kind = InstrumentKind.Forex,
            HasSpread = true,
            HasVolume = false,
            LearningBars = Bars,
        };

    public static MarketWindow Learning { get; } = Window(SampleMarket.Make().Slice(0, Bars));

    public static DesignBrief Brief(int seed, params Experiment[] earlier) =>
        new()
        {
            Seed = seed,
            Model = Providers.Local,
            Markets = [OnHand],
            Earlier = earlier,
        };

    public static MarketWindow Window(Bars bars) =>
        new()
        {
            Symbol = SampleMarket.Symbol,
            Kind = InstrumentKind.Forex,
            Synthetic = true,
            Window = Core.Window.Learning,
            BaseTimeframe = Timeframe.H1,
            Series = new Dictionary<Timeframe, Bars> { [Timeframe.H1] = bars },
            First = 0,
            Hash = BarsHash.Of(bars),
            TypicalSpread = Spreads.Median(bars.Spread),
        };
}

/// <summary>A desk with one window on it; it remembers what was asked for.</summary>
internal sealed class DeskWith(MarketWindow market) : IDesignDesk
{
    public List<string> Asked { get; } = [];

    public IWorkContext Work { get; } = new QuietWork();

    /// <summary>What it says of a strategy that it may have seen before.</summary>
    public Func<StrategyDocument, string?> Known { get; init; } = _ => null;

    public string? Repeats(StrategyDocument strategy) => Known(strategy);

    public Task<MarketWindow> LearningBarsAsync(
        string symbol,
        Timeframe baseTimeframe,
        IReadOnlyList<Timeframe> timeframes,
        CancellationToken cancellationToken
    )
    {
        Asked.Add($"{symbol} {baseTimeframe}");
        return Task.FromResult(market);
    }
}

/// <summary>An operation that nobody watches.</summary>
internal sealed class QuietWork : IWorkContext
{
    public List<double> Reported { get; } = [];

    public string OperationId => "op_agent_design_20260101_000000_00000000";

    public string RootId => OperationId;

    public int Attempt => 1;

    public string? Resumes => null;

    public void Report(double percentage, string step, IReadOnlyDictionary<string, object?>? context = null) =>
        Reported.Add(percentage);

    public Task SetMetadataAsync(IReadOnlyDictionary<string, object?> facts, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A designer records nothing itself.");

    public Task<TResult> ChildAsync<TOrder, TResult>(
        ChildRequest<TOrder> child,
        Func<string, CancellationToken, Task>? started,
        Action<Operation>? progressed,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("A designer starts no work.");

    public Task<T> OnceAsync<T>(
        string name,
        Func<CancellationToken, Task<T>> make,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("A designer records nothing itself.");

    public T? Recorded<T>(string name) => throw new NotSupportedException("A designer records nothing itself.");

    public Task<Allowance> ReserveAsync(Purchase purchase, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The built-in designer spends nothing.");

    public Task SettleAsync<T>(
        string key,
        Money cost,
        System.Text.Json.Nodes.JsonObject usage,
        string record,
        T bought,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("The built-in designer spends nothing.");

    public Task WriteOffAsync(
        string key,
        Money? cost,
        System.Text.Json.Nodes.JsonObject usage,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("The built-in designer spends nothing.");

    public Task<string> TakeNameAsync(
        string scope,
        IEnumerable<string> candidates,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("A designer takes no names.");

    public Task AppendAsync<T>(
        string ledger,
        string key,
        string subject,
        T entry,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("A designer writes no ledger.");
}
