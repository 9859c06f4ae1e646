using System.Numerics;

namespace Ktrdr.Core;

/// <summary>Money flow index: an RSI in which every move counts with the money behind it.</summary>
public static class Mfi
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "mfi",
            Summary = "How much of the money traded lately went with rising prices: 100 all of it, 0 none.",
            Category = "volume",
            Parameters = [Parameter.Period(14, 1, 100)],
            NeedsVolume = true,
            Outputs = [new("value", 0, 100, "points")],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, bars.Close, bars.Volume, settings.Integer("period"), outputs[0]),
        };

    /// <summary>Money flow index.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>100·P / (P + N)</c>, P and N being the sums over n bars of <c>TP·volume</c> where the typical
    /// price <c>TP = (high + low + close)/3</c> rose and where it fell; an unchanged one counts in neither.</para>
    /// <para><b>Source.</b> G. Quong and A. Soudack, <i>Volume-weighted RSI: money flow</i> (1989).</para>
    /// <para><b>Unit and range.</b> Index points, 0 to 100; 100 where none flowed down, NaN where none flowed at all.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN: n flows need n + 1 bars. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        ReadOnlySpan<double> volume,
        int period,
        Span<double> mfi
    )
    {
        Column.MustBeAsLong(close, volume, nameof(volume));
        using var rented = new Rented<double>(close.Length);
        var flow = rented.Span;
        TypicalPrice.Fill(high, low, close, flow);
        var before = double.NaN;
        for (var i = 0; i < flow.Length; i++)
        {
            var typical = flow[i];
            var change = typical - before;
            flow[i] = double.IsNaN(change) ? double.NaN : Math.Sign(change) * typical * volume[i];
            before = typical;
        }

        SlidingWindow.Fill<Flows>(flow, period, mfi);
    }

    private readonly record struct Flows(Vector<double> Up, Vector<double> Down) : IWindowSummary<Flows>
    {
        public static int Parts => 2;

        public static Flows Of(Vector<double> values) =>
            new(Vector.Max(values, Vector<double>.Zero), Vector.Max(-values, Vector<double>.Zero));

        public static Flows Join(Flows older, Flows newer, in RunLengths lengths) =>
            new(older.Up + newer.Up, older.Down + newer.Down);

        // Where none flowed at all, 0 / 0 is the NaN it should be.
        public static Flows Result(Flows whole, in RunLengths lengths) =>
            whole with
            {
                Up = new Vector<double>(100) * (whole.Up / (whole.Up + whole.Down)),
            };

        public static Flows Load(ref double from, nuint apart) =>
            new(Vector.LoadUnsafe(ref from), Vector.LoadUnsafe(ref from, apart));

        public void Store(ref double to, nuint apart)
        {
            Up.StoreUnsafe(ref to);
            Down.StoreUnsafe(ref to, apart);
        }
    }
}
