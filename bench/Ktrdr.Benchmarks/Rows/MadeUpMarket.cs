using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>A random walk of 500,000 hourly bars: how long a computation takes does not depend on whose prices they are.</summary>
internal static class MadeUpMarket
{
    /// <summary>As many as the figures are stated for.</summary>
    public const int Count = 500_000;

    /// <summary>The bars, the same in every run.</summary>
    public static Bars Bars { get; } = Make();

    /// <summary>The bars as a strategy meets them.</summary>
    public static MarketWindow Window { get; } =
        new()
        {
            Symbol = "EURUSD",
            Kind = InstrumentKind.Forex,
            Synthetic = true,
            Window = Core.Window.Selection,
            BaseTimeframe = Timeframe.H1,
            Series = new Dictionary<Timeframe, Bars> { [Timeframe.H1] = Bars },
            First = 0,
            Hash = "",
            TypicalSpread = 0.0001,
        };

    private static Bars Make()
    {
        var random = new Seed(1).For("bars");
        var times = new long[Count];
        var (open, high, low, close) = (new double[Count], new double[Count], new double[Count], new double[Count]);
        var (volume, spread) = (new double[Count], new double[Count]);
        var price = 1.2;
        for (var bar = 0; bar < Count; bar++)
        {
            times[bar] = 3_600L * bar;
            open[bar] = price;
            price *= 1 + (0.002 * (random.NextDouble() - 0.5));
            close[bar] = price;
            high[bar] = Math.Max(open[bar], price) * (1 + (0.0005 * random.NextDouble()));
            low[bar] = Math.Min(open[bar], price) * (1 - (0.0005 * random.NextDouble()));
            volume[bar] = random.Next(1, 1_000);
            spread[bar] = 0.0001;
        }

        return new Bars(Timeframe.H1, times, open, high, low, close, volume, spread);
    }
}
