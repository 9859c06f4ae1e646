namespace Ktrdr.Measures;

/// <summary>What is said of many times that something took.</summary>
internal static class Latencies
{
    private static (long Stolen, long All) s_last = Ticks();

    /// <summary>What half of them took at most.</summary>
    public static TimeSpan P50(IEnumerable<TimeSpan> times) => At(times, 0.5);

    /// <summary>What 99 in 100 of them took at most.</summary>
    public static TimeSpan P99(IEnumerable<TimeSpan> times) => At(times, 0.99);

    public static string Text(TimeSpan time) => $"{time.TotalMilliseconds:0.#} ms";

    /// <summary>What else the machine had to do, and how much of it others had who share its processors, since it was last asked.</summary>
    public static string Load()
    {
        var cores = $"{Environment.ProcessorCount} cores";
        if (!File.Exists("/proc/stat"))
        {
            return cores;
        }

        var (before, now) = (s_last, Ticks());
        s_last = now;
        return $"{cores}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, "
            + $"{(now.Stolen - before.Stolen) / Math.Max(1.0, now.All - before.All):0 %} of them taken by other machines of the host";
    }

    // user, nice, system, idle, iowait, irq, softirq, steal: what follows is counted in the first two already.
    private static (long Stolen, long All) Ticks()
    {
        var ticks = File.Exists("/proc/stat")
            ? File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            : new string[8];
        return (long.Parse(ticks[7] ?? "0"), ticks.Sum(each => long.Parse(each ?? "0")));
    }

    private static TimeSpan At(IEnumerable<TimeSpan> times, double share)
    {
        var ordered = times.Order().ToList();
        return ordered[(int)Math.Ceiling(share * ordered.Count) - 1];
    }
}
