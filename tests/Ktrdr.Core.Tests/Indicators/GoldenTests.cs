using System.Globalization;
using System.Text.Json;

namespace Ktrdr.Core.Tests;

/// <summary>Eleven indicators on 502 days of real quotes, against values worked out in spreadsheets by others.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("sma", "value", "sma", "sma", "period=20")]
    [InlineData("ema", "value", "ema", "ema", "period=20")]
    [InlineData("macd", "line", "macd", "macd", "fast_period=12 slow_period=26 signal_period=9")]
    [InlineData("macd", "signal", "macd", "signal", "fast_period=12 slow_period=26 signal_period=9")]
    [InlineData("macd", "histogram", "macd", "histogram", "fast_period=12 slow_period=26 signal_period=9")]
    [InlineData("bollingerbands", "upper", "bb", "upperBand", "period=20 multiplier=2")]
    [InlineData("bollingerbands", "middle", "bb", "sma", "period=20 multiplier=2")]
    [InlineData("bollingerbands", "lower", "bb", "lowerBand", "period=20 multiplier=2")]
    [InlineData("bollingerbandwidth", "value", "bb", "width", "period=20 multiplier=2")]
    [InlineData("rsi", "value", "rsi", "rsi", "period=14")]
    [InlineData("stochastic", "k", "stoch", "oscillator", "k_period=14 d_period=3 smooth_k=3")]
    [InlineData("stochastic", "d", "stoch", "signal", "k_period=14 d_period=3 smooth_k=3")]
    [InlineData("cci", "value", "cci", "cci", "period=20")]
    [InlineData("roc", "value", "roc", "roc", "period=14")]
    [InlineData("momentum", "value", "roc", "momentum", "period=14")]
    [InlineData("atr", "value", "atr", "atr", "period=14")]
    [InlineData("adx", "adx", "adx", "adx", "period=14")]
    [InlineData("adx", "plus_di", "adx", "pdi", "period=14")]
    [InlineData("adx", "minus_di", "adx", "mdi", "period=14")]
    [InlineData("obv", "value", "obv", "obv", "")]
    public void Every_row_is_the_golden_one(string type, string output, string file, string key, string parameters)
    {
        var definition = IndicatorCatalogue.Find(type)!;
        var numbers = parameters
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        var columns = definition.Over(Quotes(), definition.SettingsFrom(numbers, new Dictionary<string, string>()));
        var actual = columns[definition.Outputs.ToList().FindIndex(column => column.Name == output)];

        var expected = Expected(file, key);

        Assert.Equal(502, expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i] is not { } value)
            {
                Assert.True(double.IsNaN(actual[i]), $"Row {i} is {actual[i]:R}, expected none.");
                continue;
            }

            Assert.True(
                Math.Abs(actual[i] - value) <= 1e-9 * Math.Abs(value),
                $"Row {i}: {actual[i]:R}, not {value:R}."
            );
        }
    }

    private static double?[] Expected(string file, string key)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Shared.Data($"golden/results/{file}.standard.json")));
        return
        [
            .. json
                .RootElement.EnumerateArray()
                .Select(row => row.GetProperty(key))
                .Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble()),
        ];
    }

    private static Bars Quotes()
    {
        var rows = File.ReadLines(Shared.Data("golden/quotes_default.csv"))
            .Skip(1)
            .Select(row => row.Split(','))
            .ToArray();
        double[] Column(int index) => [.. rows.Select(row => double.Parse(row[index], CultureInfo.InvariantCulture))];
        var times = rows.Select(row => DateTimeOffset.Parse(row[0] + "T00:00:00Z", CultureInfo.InvariantCulture))
            .Select(date => date.ToUnixTimeSeconds())
            .ToArray();
        return new Bars(Timeframe.D1, times, Column(1), Column(2), Column(3), Column(4), Column(5), null);
    }
}
