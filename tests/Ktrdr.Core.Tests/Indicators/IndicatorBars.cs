namespace Ktrdr.Core.Tests;

/// <summary>Bars made for the tests of indicators.</summary>
internal static class IndicatorBars
{
    /// <summary>A random walk whose bars always have a range and a volume.</summary>
    public static Bars Walk(int count, int seed = 1)
    {
        var random = new Random(seed);
        var price = 100.0;
        return Of(
            count,
            _ =>
            {
                var open = price;
                price *= Math.Exp((random.NextDouble() - 0.5) * 0.04);
                var high = Math.Max(open, price) * (1 + (0.01 * random.NextDouble()) + 1e-4);
                var low = Math.Min(open, price) * (1 - (0.01 * random.NextDouble()) - 1e-4);
                return (open, high, low, price, 1 + random.Next(1_000_000));
            }
        );
    }

    /// <summary>A market that never moves.</summary>
    public static Bars Flat(int count, double volume) => Of(count, _ => (1.1, 1.1, 1.1, 1.1, volume));

    /// <summary>The same bars with one replaced by what a function makes of it.</summary>
    public static Bars Map(
        Bars bars,
        Func<int, (double, double, double, double, double), (double, double, double, double, double)> change
    ) => Of(bars.Count, i => change(i, (bars.Open[i], bars.High[i], bars.Low[i], bars.Close[i], bars.Volume[i])));

    /// <summary>Bars of high, low, close and volume, opened at their close.</summary>
    public static Bars Of(params (double High, double Low, double Close, double Volume)[] rows) =>
        Of(rows.Length, i => (rows[i].Close, rows[i].High, rows[i].Low, rows[i].Close, rows[i].Volume));

    /// <summary>Bars that hold one price each.</summary>
    public static Bars Closes(params double[] closes) =>
        Of(closes.Length, i => (closes[i], closes[i], closes[i], closes[i], 0));

    /// <summary>Hourly bars, one at a time.</summary>
    public static Bars Of(int count, Func<int, (double Open, double High, double Low, double Close, double Volume)> bar)
    {
        var times = new long[count];
        var columns = new double[5][];
        for (var c = 0; c < columns.Length; c++)
        {
            columns[c] = new double[count];
        }

        for (var i = 0; i < count; i++)
        {
            times[i] = 3_600L * i;
            (columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i]) = bar(i);
        }

        return new Bars(Timeframe.H1, times, columns[0], columns[1], columns[2], columns[3], columns[4], null);
    }
}
