using System.Diagnostics;

namespace Ktrdr.Measures;

/// <summary>Waits for what other processes do. Nobody here is told of it, so it is looked at again and again while patience lasts.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until it holds.</summary>
    /// <returns>False when patience ran out first.</returns>
    public static async Task<bool> HoldsAsync(Func<Task<bool>> holds, TimeSpan patience)
    {
        using var looks = new PeriodicTimer(s_betweenLooks);
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await looks.WaitForNextTickAsync();
        }

        return true;
    }

    /// <summary>Looks until it holds, which it must.</summary>
    /// <exception cref="TimeoutException">Patience ran out first.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan patience)
    {
        if (!await HoldsAsync(holds, patience))
        {
            throw new TimeoutException($"What had to happen did not, for {patience.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan)"/>
    public static Task UntilAsync(Func<bool> holds, TimeSpan patience) =>
        UntilAsync(() => Task.FromResult(holds()), patience);
}
