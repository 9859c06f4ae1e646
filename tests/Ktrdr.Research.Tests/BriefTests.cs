using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>What a designer is given: markets with figures of the learning window, and the experiments that matter first.</summary>
public sealed class BriefTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ktrdr-research-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_language_model_is_told_spread_and_volatility_of_the_learning_window()
    {
        var bars = new FourBars();

        var market = Assert.Single((await MakeAsync(bars, Providers.Anthropic)).Markets);

        // Closes 100, 110, 99, 108.9: returns ln 1.1, ln 0.9, ln 1.1 around their mean 0.028420; deviation 0.0946.
        Assert.Equal(0.094597, market.Volatility, 1e-6);
        // Spreads 0.1, missing, 0.099, 0.3267 over closes 100, 99 and 108.9: 0.001, 0.001, 0.003.
        Assert.Equal(0.001, market.Spread, 1e-12);
        Assert.Equal(["EURUSD 1h Learning"], bars.Read);
    }

    [Fact]
    public async Task The_built_in_designer_reads_no_bars_for_its_brief()
    {
        var bars = new FourBars();

        var market = Assert.Single((await MakeAsync(bars, Providers.Local)).Markets);

        Assert.Equal((double.NaN, double.NaN), (market.Spread, market.Volatility));
        Assert.Empty(bars.Read);
    }

    [Fact]
    public void Experiments_on_the_markets_at_hand_come_first_then_on_their_kind_and_the_newest_first_within_each()
    {
        DatasetSummary[] datasets =
        [
            FourBars.Dataset("EURUSD", InstrumentKind.Forex),
            FourBars.Dataset("GBPUSD", InstrumentKind.Forex),
            FourBars.Dataset("SPY", InstrumentKind.Equity),
        ];
        MarketOnHand[] markets =
        [
            new()
            {
                Symbol = "EURUSD",
                Timeframe = "1h",
                Kind = InstrumentKind.Forex,
                HasSpread = true,
                HasVolume = false,
                LearningBars = 4,
            },
        ];
        Experiment[] newestFirst =
        [
            On("6", "SPY"),
            On("5", "GBPUSD"),
            On("4", "EURUSD"),
            On("3", "SPY"),
            On("2", "EURUSD"),
            On("1", "GBPUSD"),
        ];

        var ordered = DesignBriefs.RelevantFirst(newestFirst, markets, datasets);

        Assert.Equal(["4", "2", "5", "1", "6", "3"], ordered.Select(experiment => experiment.CycleId));
    }

    private async Task<DesignBrief> MakeAsync(IBarSource bars, string provider)
    {
        await using var laboratory = await Laboratory.OpenAsync(_home, new PlayedClaude());
        return await new DesignBriefs(bars, laboratory.Operations).MakeAsync(
            new DesignOrder(provider, provider, Seed: 1, Brief: null, Symbol: null, Timeframe: null, Named: false),
            Token
        );
    }

    private static Experiment On(string cycle, string symbol) =>
        new()
        {
            CycleId = cycle,
            Name = "any",
            Hash = cycle,
            Symbol = symbol,
            Timeframe = "1h",
            Indicators = ["rsi"],
            Outcome = "completed",
        };

    /// <summary>One dataset of four bars, which notes what is read of it.</summary>
    private sealed class FourBars : IBarSource
    {
        public List<string> Read { get; } = [];

        public static DatasetSummary Dataset(string symbol, InstrumentKind kind) =>
            new()
            {
                Symbol = symbol,
                Timeframe = Timeframe.H1,
                Kind = kind,
                Synthetic = false,
                HasSpread = true,
                HasVolume = false,
                Borders = new Borders(14_400, 28_800),
                Start = DateTimeOffset.UnixEpoch,
                LearningBars = 4,
                SelectionBars = 4,
            };

        public Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<DatasetSummary>>([Dataset("EURUSD", InstrumentKind.Forex)]);

        public Task<MarketWindow> ReadAsync(
            string symbol,
            Timeframe baseTimeframe,
            IReadOnlyList<Timeframe> timeframes,
            Window window,
            CancellationToken cancellationToken
        )
        {
            Read.Add($"{symbol} {baseTimeframe} {window}");
            double[] close = [100, 110, 99, 108.9];
            var bars = new Bars(
                baseTimeframe,
                [0, 3_600, 7_200, 10_800],
                close,
                close,
                close,
                close,
                new double[4],
                [0.1, double.NaN, 0.099, 0.3267]
            );
            return Task.FromResult(
                new MarketWindow
                {
                    Symbol = symbol,
                    Kind = InstrumentKind.Forex,
                    Synthetic = false,
                    Window = window,
                    BaseTimeframe = baseTimeframe,
                    Series = new Dictionary<Timeframe, Bars> { [baseTimeframe] = bars },
                    First = 0,
                    Hash = "0",
                    TypicalSpread = 0.1,
                }
            );
        }

        public Task<DatasetSummary> EnsureSampleAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException("No sample is asked for.");
    }
}
