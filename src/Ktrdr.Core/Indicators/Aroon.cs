using System.Numerics;
using System.Numerics.Tensors;

namespace Ktrdr.Core;

/// <summary>Aroon: how lately price made its high and its low.</summary>
public static class Aroon
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "aroon",
            Summary =
                "How fresh the highest high and lowest low of the last bars are: 100 made now, 0 made n bars ago.",
            Category = "trend",
            Parameters = [Parameter.Period(14, 1, 200)],
            Outputs =
            [
                new("up", 0, 100, "points"),
                new("down", 0, 100, "points"),
                new("oscillator", -100, 100, "points"),
            ],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, settings.Integer("period"), outputs[0], outputs[1], outputs[2]),
        };

    /// <summary>Aroon.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>up = 100·(n − bars since the highest high) / n</c> over the last n + 1 bars, down likewise
    /// with the lowest low, the older of equal extremes counting; <c>oscillator = up − down</c>.</para>
    /// <para><b>Source.</b> T. S. Chande, <i>A Time Price Oscillator</i> (1995).</para>
    /// <para><b>Unit and range.</b> Index points: up and down 0 to 100, the oscillator −100 to 100.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        int period,
        Span<double> up,
        Span<double> down,
        Span<double> oscillator
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(high, low, nameof(low));
        Column.MustBeAsLong(high, oscillator, nameof(oscillator));
        SlidingWindow.Fill<Highest>(high, period + 1, up);
        SlidingWindow.Fill<Lowest>(low, period + 1, down);
        TensorPrimitives.Subtract(up, down, oscillator);
    }

    /// <summary>The highest value, and how many bars after the window's first it was; in the end, that in points.</summary>
    private readonly record struct Highest(Vector<double> Place, Vector<double> Value) : IWindowSummary<Highest>
    {
        public static int Parts => 2;

        public static Highest Of(Vector<double> values) => new(Vector<double>.Zero, values);

        // Written so that a NaN on either side wins, and so makes the window NaN.
        public static Highest Join(Highest older, Highest newer, in RunLengths lengths)
        {
            var stays = Vector.LessThanOrEqual<double>(newer.Value, older.Value) | Vector.IsNaN<double>(older.Value);
            return new(
                Vector.ConditionalSelect(stays, older.Place, newer.Place + lengths.Older),
                Vector.ConditionalSelect(stays, older.Value, newer.Value)
            );
        }

        public static Highest Result(Highest whole, in RunLengths lengths)
        {
            var points = new Vector<double>(100) * (whole.Place / (lengths.Both - Vector<double>.One));
            return whole with
            {
                Place = Vector.ConditionalSelect(Vector.IsNaN<double>(whole.Value), whole.Value, points),
            };
        }

        public static Highest Load(ref double from, nuint apart) =>
            new(Vector.LoadUnsafe(ref from), Vector.LoadUnsafe(ref from, apart));

        public void Store(ref double to, nuint apart)
        {
            Place.StoreUnsafe(ref to);
            Value.StoreUnsafe(ref to, apart);
        }
    }

    /// <summary>The lowest value is the highest of all turned upside down.</summary>
    private readonly record struct Lowest(Highest Negated) : IWindowSummary<Lowest>
    {
        public static int Parts => Highest.Parts;

        public static Lowest Of(Vector<double> values) => new(Highest.Of(-values));

        public static Lowest Join(Lowest older, Lowest newer, in RunLengths lengths) =>
            new(Highest.Join(older.Negated, newer.Negated, lengths));

        public static Lowest Result(Lowest whole, in RunLengths lengths) => new(Highest.Result(whole.Negated, lengths));

        public static Lowest Load(ref double from, nuint apart) => new(Highest.Load(ref from, apart));

        public void Store(ref double to, nuint apart) => Negated.Store(ref to, apart);
    }
}
