using System.Diagnostics;

namespace Ktrdr.Benchmarks;

/// <summary>What repeated measurements of one figure gave.</summary>
/// <param name="Values">At least one.</param>
internal sealed record Samples(IReadOnlyList<double> Values)
{
    /// <summary>The middle value; the mean of the two middle ones of an even number.</summary>
    public double Median
    {
        get
        {
            var sorted = Values.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>The smallest.</summary>
    public double Low => Values.Min();

    /// <summary>The largest.</summary>
    public double High => Values.Max();

    /// <summary>A figure measured some times over.</summary>
    public static Samples Of(int times, Func<double> measure) =>
        new([.. Enumerable.Range(0, times).Select(_ => measure())]);

    /// <summary>Our figure and the other's, taken in turn, so that a machine that slows down slows both.</summary>
    /// <returns>Both, and the ratio of each pair.</returns>
    public static (Samples Ours, Samples Theirs, Samples Ratio) Alternately(
        int times,
        Func<double> ours,
        Func<double> theirs
    )
    {
        var pairs = Enumerable.Range(0, times).Select(_ => (Ours: ours(), Theirs: theirs())).ToArray();
        return (
            new Samples([.. pairs.Select(pair => pair.Ours)]),
            new Samples([.. pairs.Select(pair => pair.Theirs)]),
            new Samples([.. pairs.Select(pair => pair.Ours / pair.Theirs)])
        );
    }

    /// <summary>Seconds of a processor that something takes, whatever else keeps the machine busy.</summary>
    public static double ProcessorSeconds(Action work)
    {
        var start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    /// <summary>Seconds on the clock that something takes.</summary>
    public static double Seconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
