using System.Globalization;

namespace Ktrdr.System.Tests;

/// <summary>Nobody looks at the sealed window: what is in it makes no difference.</summary>
public sealed class SealedBarsTests
{
    private const int Count = 6_000;
    private static readonly string[] s_kept = ["strategies", "models", "data"];
    private static readonly DateTime s_start = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Noise_in_the_sealed_bars_changes_nothing_that_a_cycle_leaves_behind()
    {
        using var real = new Home();
        using var disturbed = new Home();
        var bars = Market(Count, seed: 7, wildness: 1);

        await ImportAsync(real, bars);
        var border = await SealedFromAsync(real);
        var kept = bars.TakeWhile(bar => bar.Time < border).ToList();
        Assert.InRange(kept.Count, Count / 2, Count - 1);
        await ImportAsync(disturbed, [.. kept, .. Market(Count, seed: 8, wildness: 5)[kept.Count..]]);
        Assert.Equal(border, await SealedFromAsync(disturbed));
        Assert.NotEqual(
            File.ReadAllBytes(real.At("data/NOISE_1h.csv")),
            File.ReadAllBytes(disturbed.At("data/NOISE_1h.csv"))
        );

        foreach (var home in (Home[])[real, disturbed])
        {
            (await home.RunAsync("agent", "trigger", "--follow", "--seed", "3", "--bypass-gates")).With(exitCode: 0);
        }

        DeterminismTests.SameFiles(Left(real), Left(disturbed));
    }

    private static SortedDictionary<string, byte[]> Left(Home home)
    {
        var files = home.Files(s_kept);
        foreach (var own in files.Keys.Where(IsOfTheDataset).ToList())
        {
            files.Remove(own);
        }

        Assert.NotEmpty(files);
        return files;
    }

    private static bool IsOfTheDataset(string file) =>
        Path.GetFileName(file).StartsWith("NOISE_1h", StringComparison.Ordinal);

    private static async Task ImportAsync(Home home, IEnumerable<Bar> bars)
    {
        var file = home.At("bars.csv");
        await File.WriteAllLinesAsync(
            file,
            bars.Select(bar => bar.Line).Prepend("timestamp,open,high,low,close,volume,spread")
        );
        (await home.RunAsync("data", "import", file, "--symbol", "NOISE", "--timeframe", "1h")).With(exitCode: 0);
    }

    private static async Task<DateTime> SealedFromAsync(Home home)
    {
        var show = (await home.RunAsync("data", "show", "NOISE", "1h", "--json")).With(exitCode: 0).Json;
        var border = show["data"]!["windows"]!.AsArray().Single(window => (string?)window!["window"] == "sealed")![
            "from"
        ];
        return DateTime.Parse((string)border!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
    }

    /// <summary>A price that wanders about 1.1 and is drawn back to it, hour by hour; so quietly that it never swings by 1.5 %,
    /// so ideas taught by such swings have nothing to learn from and must give way to others.</summary>
    private static List<Bar> Market(int count, int seed, double wildness)
    {
        var chance = new Random(seed);
        var bars = new List<Bar>(count);
        var price = 1.1;
        for (var hour = 0; hour < count; hour++)
        {
            var open = price;
            price += (0.01 * (1.1 - price)) + (wildness * 0.001 * (chance.NextDouble() - 0.5));
            var (up, down) = (wildness * 0.0004 * chance.NextDouble(), wildness * 0.0004 * chance.NextDouble());
            bars.Add(
                new Bar(s_start.AddHours(hour), open, Math.Max(open, price) + up, Math.Min(open, price) - down, price)
            );
        }

        return bars;
    }

    private sealed record Bar(DateTime Time, double Open, double High, double Low, double Close)
    {
        public string Line =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Time:yyyy-MM-ddTHH:mm:ssZ},{Open:F5},{High:F5},{Low:F5},{Close:F5},100,0.00010"
            );
    }
}
