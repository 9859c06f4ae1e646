using System.Globalization;
using System.Text.RegularExpressions;

namespace Ktrdr.Server.Tests;

/// <summary>What a server exported at a moment, read as strictly as the format is defined.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, string> _types = [];

    private Scrape(string text)
    {
        Assert.EndsWith("\n", text);
        Text = text;
        var (family, helped) = ("", "");
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups[1].Value;
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                family = type.Groups[1].Value;
                Assert.Equal(helped, family);
                Assert.True(_types.TryAdd(family, type.Groups[2].Value), $"{family} comes twice.");
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, $"No line of the format: {line}");
                var end = sample.Groups[1].Value[family.Length..];
                Assert.Contains(end, _types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : (string[])[""]);
                Assert.True(
                    _values.TryAdd(sample.Groups[1].Value + sample.Groups[2].Value, sample.Groups[3].Value),
                    line
                );
            }
        }
    }

    public string Text { get; }

    /// <summary>The metrics, by name, with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Every series with its value.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The value of a series, named as it is written: <c>name{label="value"}</c>.</summary>
    public double this[string series] =>
        _values.TryGetValue(series, out var value)
            ? double.Parse(value, CultureInfo.InvariantCulture)
            : throw new KeyNotFoundException($"There is no {series} in:\n{Text}");

    /// <summary>The values of series that differ in one place, written as <c>?</c>.</summary>
    public double[] Read(string series, params string[] values) =>
        [.. values.Select(value => this[series.Replace("?", value)])];

    /// <summary>Everything that servers of one database must say alike. The room that records take and the age of a check-in are of
    /// their moment.</summary>
    public IEnumerable<string> OfTheStore()
    {
        var manual = MetricsManual.Read();
        return _values
            .Where(one =>
                manual[Regex.Replace(Name(one.Key), "_(bucket|sum|count)$", "")].OfTheStore
                && Name(one.Key) is not ("ktrdr_check_in_age_seconds" or "ktrdr_database_size_bytes")
            )
            .Select(one => $"{one.Key} {one.Value}");
    }

    /// <summary>The labels that the series of a metric have, in the order of their names.</summary>
    public IReadOnlyList<string> LabelsOf(string metric) =>
        [
            .. _values
                .Keys.Where(series =>
                    Name(series) == metric || (_types[metric] == "histogram" && Name(series) == $"{metric}_bucket")
                )
                .SelectMany(series => Label().Matches(series).Select(label => label.Groups[1].Value))
                .Where(label => label != "le")
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    public static async Task<Scrape> OfAsync(HttpClient http)
    {
        using var response = await http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(200, (int)response.StatusCode);
        return Of(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static Scrape Of(string text) => new(text);

    private static string Name(string series) => series.Split('{')[0];

    [GeneratedRegex(@"^# HELP ([a-z_]+) [^\n]+$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-z_]+) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(
        """^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? ([-+0-9.EInfNa]+)$"""
    )]
    private static partial Regex Sample();

    [GeneratedRegex("[{,]([a-z_]+)=\"")]
    private static partial Regex Label();
}
