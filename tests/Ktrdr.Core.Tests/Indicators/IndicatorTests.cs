namespace Ktrdr.Core.Tests;

/// <summary>What every indicator has to withstand. Each one's tests inherit this, and so cannot skip the hard cases.</summary>
public abstract class IndicatorTests
{
    private const int Long = 1_200;

    /// <summary>The indicator under test.</summary>
    protected abstract IndicatorDefinition Definition { get; }

    internal string Type => Definition.Type;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(29)]
    [InlineData(140)]
    [InlineData(700)]
    public void Bars_yet_to_come_do_not_change_it(int known)
    {
        var bars = IndicatorBars.Walk(Long);
        foreach (var settings in Ends())
        {
            var whole = Definition.Over(bars, settings);
            var part = Definition.Over(bars.Slice(0, known), settings);
            for (var output = 0; output < whole.Length; output++)
            {
                Assert.Equal(Bits(whole[output].AsSpan(0, known)), Bits(part[output]));
            }
        }
    }

    [Fact]
    public void It_is_NaN_for_exactly_as_long_as_it_says()
    {
        var bars = IndicatorBars.Walk(Long);
        foreach (var settings in Ends())
        {
            var columns = Definition.Over(bars, settings);
            for (var output = 0; output < columns.Length; output++)
            {
                var warmUp = Definition.WarmUp(settings, output);
                Assert.InRange(warmUp, 0, Long - 1);
                Assert.All(columns[output][..warmUp], value => Assert.Equal(double.NaN, value));
                Assert.All(columns[output][warmUp..], value => Assert.True(double.IsFinite(value)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_keeps_to_its_range_whatever_its_parameters(int seed)
    {
        var bars = IndicatorBars.Walk(Long, seed);
        Assert.All(Ends(), settings => AssertInRange(Definition.Over(bars, settings)));
    }

    [Fact]
    public void Too_few_bars_are_no_value_and_no_fault()
    {
        foreach (var settings in Ends())
        {
            for (var output = 0; output < Definition.Outputs.Count; output++)
            {
                var warmUp = Definition.WarmUp(settings, output);
                Assert.All(
                    new[] { 0, 1, warmUp - 1, warmUp }.Where(count => count >= 0),
                    count =>
                    {
                        var column = Definition.Over(IndicatorBars.Walk(count), settings)[output];
                        Assert.Equal(count, column.Length);
                        Assert.All(column.Take(warmUp), value => Assert.Equal(double.NaN, value));
                    }
                );
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void A_market_that_never_moves_gives_NaN_or_a_value_in_range(double volume)
    {
        var bars = IndicatorBars.Flat(Long, volume);
        Assert.All(Ends(), settings => AssertInRange(Definition.Over(bars, settings)));
    }

    [Fact]
    public void A_market_without_volume_gives_NaN_or_a_value_in_range()
    {
        var bars = IndicatorBars.Map(
            IndicatorBars.Walk(Long),
            (_, bar) => (bar.Item1, bar.Item2, bar.Item3, bar.Item4, 0)
        );
        Assert.All(Ends(), settings => AssertInRange(Definition.Over(bars, settings)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void A_missing_bar_is_not_remembered_for_ever(int missing)
    {
        var bars = IndicatorBars.Map(
            IndicatorBars.Walk(Long),
            (i, bar) => i == missing ? (double.NaN, double.NaN, double.NaN, double.NaN, double.NaN) : bar
        );
        Assert.All(
            Definition.Over(bars, Definition.DefaultSettings()),
            column =>
            {
                Assert.Equal(double.NaN, column[missing]);
                Assert.All(column[(missing + 300)..], value => Assert.True(double.IsFinite(value)));
            }
        );
    }

    [Fact]
    public void Every_value_is_written_over_whatever_was_there()
    {
        var bars = IndicatorBars.Walk(300);
        var settings = Definition.DefaultSettings();
        var fresh = Definition.Over(bars, settings);
        var used = fresh.Select(column => Enumerable.Repeat(-7.5e33, column.Length).ToArray()).ToArray();
        Definition.Compute(bars, settings, used);
        for (var output = 0; output < fresh.Length; output++)
        {
            Assert.Equal(Bits(fresh[output]), Bits(used[output]));
        }
    }

    [Fact]
    public void Columns_of_another_length_are_refused()
    {
        var bars = IndicatorBars.Walk(50);
        for (var output = 0; output < Definition.Outputs.Count; output++)
        {
            var columns = Definition.Outputs.Select((_, i) => new double[i == output ? 49 : 50]).ToArray();
            Assert.ThrowsAny<ArgumentException>(() => Definition.Compute(bars, Definition.DefaultSettings(), columns));
        }
    }

    /// <summary>The only column, or the one of a name, computed with the parameters given.</summary>
    protected double[] Over(Bars bars, string? output = null, params (string Name, double Value)[] numbers)
    {
        var settings = Definition.SettingsFrom(
            numbers.ToDictionary(pair => pair.Name, pair => pair.Value),
            new Dictionary<string, string>()
        );
        var index = output is null ? 0 : Definition.Outputs.ToList().FindIndex(column => column.Name == output);
        return Definition.Over(bars, settings)[index];
    }

    /// <summary>Both columns are equal to about twelve digits, NaN where NaN is expected.</summary>
    protected static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                double.IsNaN(expected[i])
                    ? double.IsNaN(actual[i])
                    : error <= 1e-12 * Math.Max(1, Math.Abs(expected[i])),
                $"Value {i} is {actual[i]:R}, expected {expected[i]:R}."
            );
        }
    }

    /// <summary>The defaults, then each parameter in turn at the smallest and the largest value it takes.</summary>
    private IEnumerable<IndicatorSettings> Ends()
    {
        yield return Definition.DefaultSettings();
        foreach (var parameter in Definition.Parameters)
        {
            if (parameter.Kind == ParameterKind.Choice)
            {
                foreach (var choice in parameter.Choices)
                {
                    yield return Definition.SettingsFrom(
                        new Dictionary<string, double>(),
                        new Dictionary<string, string> { [parameter.Name] = choice }
                    );
                }

                continue;
            }

            var smallest = parameter.MinimumExcluded ? parameter.Minimum + 1e-6 : parameter.Minimum;
            foreach (var end in new[] { smallest, parameter.Maximum })
            {
                yield return Definition.SettingsFrom(
                    new Dictionary<string, double> { [parameter.Name] = end },
                    new Dictionary<string, string>()
                );
            }
        }
    }

    private void AssertInRange(double[][] columns)
    {
        for (var output = 0; output < columns.Length; output++)
        {
            var (low, high) = (Definition.Outputs[output].Low, Definition.Outputs[output].High);
            Assert.All(
                columns[output],
                value => Assert.True(double.IsNaN(value) || (double.IsFinite(value) && value >= low && value <= high))
            );
        }
    }

    // Bit for bit, but every NaN is the same one.
    private static long[] Bits(ReadOnlySpan<double> column)
    {
        var bits = new long[column.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(double.IsNaN(column[i]) ? double.NaN : column[i]);
        }

        return bits;
    }
}
