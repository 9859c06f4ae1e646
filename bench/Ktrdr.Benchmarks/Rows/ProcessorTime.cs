namespace Ktrdr.Benchmarks;

/// <summary>How long something keeps the processor: what it would take on a machine that nobody else uses.</summary>
internal static class ProcessorTime
{
    /// <summary>Seconds of processor time, the system's part of it included.</summary>
    public static double Seconds(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
