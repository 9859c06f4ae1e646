namespace Ktrdr.Measures;

/// <summary>What is said of many times that something took.</summary>
internal static class Latencies
{
    /// <summary>What half of them took at most.</summary>
    public static TimeSpan P50(IEnumerable<TimeSpan> times) => At(times, 0.5);

    /// <summary>What 99 in 100 of them took at most.</summary>
    public static TimeSpan P99(IEnumerable<TimeSpan> times) => At(times, 0.99);

    public static string Text(TimeSpan time) => $"{time.TotalMilliseconds:0.#} ms";

    /// <summary>What else the machine had to do.</summary>
    public static string Load() =>
        File.Exists("/proc/loadavg")
            ? $"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"
            : $"{Environment.ProcessorCount} cores";

    private static TimeSpan At(IEnumerable<TimeSpan> times, double share)
    {
        var ordered = times.Order().ToList();
        return ordered[(int)Math.Ceiling(share * ordered.Count) - 1];
    }
}
