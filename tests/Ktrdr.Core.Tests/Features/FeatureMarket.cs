namespace Ktrdr.Core.Tests;

/// <summary>A walk of hourly bars, the longer bars made of it, and a strategy over both.</summary>
internal static class FeatureMarket
{
    private static readonly long Monday = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public static StrategyDocument Strategy { get; } =
        new()
        {
            Name = "two_timeframes",
            Data = new TrainingData
            {
                Symbol = "TEST",
                Timeframes = [Timeframe.H1, Timeframe.H4],
                BaseTimeframe = Timeframe.H1,
                HistoryRequired = 50,
            },
            Indicators = [Use("fast", "rsi", 5), Use("slow", "rsi", 14), Use("mean", "sma", 3)],
            FuzzySets =
            [
                new FuzzySet(
                    "zone",
                    new IndicatorReference("fast", "value", 0),
                    [
                        new Membership("low", new MembershipFunction.Triangular(0, 0, 60)),
                        new Membership("high", new MembershipFunction.Triangular(40, 100, 100)),
                    ]
                ),
                new FuzzySet(
                    "calm",
                    new IndicatorReference("slow", "value", 0),
                    [new Membership("middle", new MembershipFunction.Gaussian(50, 15))]
                ),
            ],
            Inputs =
            [
                new NetworkInput.Fuzzy("zone", [Timeframe.H1, Timeframe.H4]),
                new NetworkInput.Raw(new IndicatorReference("mean", "value", 0), [Timeframe.H4], Normalization.ZScore),
                new NetworkInput.Fuzzy("calm", [Timeframe.H4]),
                new NetworkInput.Raw(new IndicatorReference("mean", "value", 0), [Timeframe.H1], Normalization.MinMax),
            ],
            Model = new NetworkDesign { HiddenLayers = [4] },
            Decisions = new DecisionRules(),
            Exits = new ExitRules { Kind = ExitKind.Opposite },
            Training = new TrainingDesign { Labels = new LabelRules.ZigZag(0.01, 20) },
        };

    public static StrategyIndicator Use(string id, string type, int period)
    {
        var definition = IndicatorCatalogue.Find(type)!;
        var numbers = new Dictionary<string, double> { ["period"] = period };
        return new StrategyIndicator(
            id,
            definition,
            definition.SettingsFrom(numbers, new Dictionary<string, string>())
        );
    }

    /// <summary>A window over a walk; what lies after <paramref name="known"/> bars is another walk.</summary>
    public static MarketWindow Walk(int count, int known = int.MaxValue)
    {
        var past = new Seed(7).For("past");
        var future = new Seed(8).For("future");
        var close = new double[count];
        var price = 100.0;
        for (var i = 0; i < count; i++)
        {
            var step = past.NextDouble() - 0.5;
            price += i < known ? step : 3 * (future.NextDouble() - 0.5);
            close[i] = price;
        }

        return Window(close);
    }

    public static MarketWindow Window(double[] close)
    {
        var times = Enumerable.Range(0, close.Length).Select(i => Monday + (i * 3_600L)).ToArray();
        double[] open = [close[0], .. close[..^1]];
        var high = open.Zip(close, (one, other) => Math.Max(one, other) + 0.1).ToArray();
        var low = open.Zip(close, (one, other) => Math.Min(one, other) - 0.1).ToArray();
        var hourly = new Bars(Timeframe.H1, times, open, high, low, close, new double[close.Length], null);
        return Window(hourly, Resampling.To(hourly, Timeframe.H4));
    }

    public static MarketWindow Window(params Bars[] series) =>
        new()
        {
            Symbol = "TEST",
            Kind = InstrumentKind.Equity,
            Synthetic = true,
            Window = Core.Window.Learning,
            BaseTimeframe = series[0].Timeframe,
            Series = series.ToDictionary(bars => bars.Timeframe),
            First = 0,
            Hash = "test",
            TypicalSpread = double.NaN,
        };
}
