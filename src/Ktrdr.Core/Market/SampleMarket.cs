namespace Ktrdr.Core;

/// <summary>A market made up by this program, for whoever has no data yet. Never mistake it for evidence.</summary>
/// <remarks>
/// <para>Hourly bars from Monday to Friday in three regimes (range, trend, volatile) with clustered volatility, louder by day
/// than by night, and a spread that widens at night and with volatility.</para>
/// <para><b>The planted edge.</b> Once the price has run further from its short average than <see cref="Threshold"/> times
/// the hourly volatility, it is pulled back by <see cref="PullStrength"/> of the excess each hour; half as much in a trend.
/// An oscillator can learn that. Everything else is chance.</para>
/// <para>The same bars on any machine: additions, multiplications and square roots only, whose every bit IEEE 754 fixes, and
/// prices rounded to five decimals.</para>
/// </remarks>
public static class SampleMarket
{
    /// <summary>The symbol it goes by.</summary>
    public const string Symbol = "SAMPLE";

    /// <summary>How much of the overextension the market takes back in an hour; 0 plants nothing.</summary>
    /// <remarks>Chosen so that a simple oscillator strategy with barrier exits earns a net Sharpe ratio of about 1.</remarks>
    public const double PullStrength = 0.12;

    /// <summary>How many hourly volatilities from its short average the price may be before it is pulled back.</summary>
    public const double Threshold = 1.5;

    private const int Weeks = 200;
    private const int HoursPerWeek = 120;
    private const int StepsPerHour = 6;
    private const double HomePrice = 1.2;
    private const double AveragePerHour = 2.0 / (16 + 1);

    // Monday 2010-01-04 00:00 UTC.
    private const long Start = 1_262_563_200;

    /// <summary>The length of its bars.</summary>
    public static Timeframe Timeframe => Timeframe.H1;

    /// <summary>Makes the market: always the same bars.</summary>
    public static Bars Make() => Make(new Seed(20_100_104), PullStrength);

    /// <summary>Makes a market of the same kind from another seed or with another edge.</summary>
    /// <param name="seed">Decides every draw.</param>
    /// <param name="pullStrength">In place of <see cref="PullStrength"/>.</param>
    public static Bars Make(Seed seed, double pullStrength)
    {
        const int count = Weeks * HoursPerWeek;
        var times = new long[count];
        var (open, high, low, close) = (new double[count], new double[count], new double[count], new double[count]);
        var spread = new double[count];
        var (regimes, steps, costs) = (seed.For("regimes"), seed.For("steps"), seed.For("spreads"));

        var (price, average) = (HomePrice, HomePrice);
        var regime = Regime.Draw(regimes);
        var variance = regime.Volatility * regime.Volatility;
        for (var i = 0; i < count; i++)
        {
            var hour = i % 24;
            times[i] = Start + (i / HoursPerWeek * (long)Timeframe.W1.Seconds) + (i % HoursPerWeek * 3_600L);
            if (--regime.HoursLeft < 0)
            {
                regime = Regime.Draw(regimes);
            }

            var volatility = Math.Sqrt(variance) * (hour is >= 7 and < 17 ? 1.2 : 0.8);
            var run = (price - average) / (price * volatility);
            var excess = Math.Sign(run) * Math.Max(0, Math.Abs(run) - Threshold);
            var pull = -pullStrength * excess * (regime.Drift == 0 ? 1 : 0.5);
            var home = 0.0004 * (HomePrice - price) / HomePrice;
            var expected = ((pull + regime.Drift) * volatility) + home;

            var before = price;
            if (i % HoursPerWeek == 0 && i > 0)
            {
                price *= 1 + (volatility * Normal(steps));
            }

            (open[i], high[i], low[i]) = (Round(price), Round(price), Round(price));
            for (var step = 0; step < StepsPerHour; step++)
            {
                var change = (expected / StepsPerHour) + (volatility / Math.Sqrt(StepsPerHour) * Normal(steps));
                price *= 1 + change;
                high[i] = Math.Max(high[i], Round(price));
                low[i] = Math.Min(low[i], Round(price));
            }

            close[i] = Round(price);
            average += AveragePerHour * (price - average);

            // Volatility remembers: a large move makes the next one likely to be large.
            var moved = (price - before) / before;
            var typical = regime.Volatility * regime.Volatility;
            variance = (0.06 * typical) + (0.86 * variance) + (0.08 * Math.Min(moved * moved, 9 * typical));
            var quiet = hour is >= 21 or < 5 ? 1.7 : 1.0;
            var nervous = 0.7 + (0.3 * volatility / 0.0009);
            spread[i] = Round(Math.Max(0.00005, 0.00008 * quiet * nervous * (0.8 + (0.4 * costs.NextDouble()))));
        }

        return new Bars(Timeframe, times, open, high, low, close, new double[count], spread);
    }

    private static double Round(double price) => Math.Round(price, 5);

    // Four uniforms added: close to a normal draw once six of them make an hour, and free of logarithms.
    private static double Normal(Random random) =>
        (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * Math.Sqrt(3);

    /// <summary>A stretch of weather: an hourly volatility, a drift in volatilities an hour, and how long it lasts.</summary>
    private struct Regime
    {
        public double Volatility;
        public double Drift;
        public int HoursLeft;

        public static Regime Draw(Random random)
        {
            var kind = random.NextDouble();
            var up = random.NextDouble() < 0.5 ? 1 : -1;
            var hours = 60 + random.Next(300);
            return kind switch
            {
                < 0.5 => new Regime { Volatility = 0.0008, HoursLeft = hours },
                < 0.8 => new Regime
                {
                    Volatility = 0.0009,
                    Drift = 0.06 * up,
                    HoursLeft = hours,
                },
                _ => new Regime { Volatility = 0.0014, HoursLeft = hours },
            };
        }
    }
}
