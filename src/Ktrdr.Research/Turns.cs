using System.Diagnostics.CodeAnalysis;

namespace Ktrdr.Research;

/// <summary>Something that one does at a time, and that is mostly done for all who wait once it is over.</summary>
internal sealed class Turns
{
    private TaskCompletionSource? _now;

    /// <summary>Takes the turn, unless somebody else has it.</summary>
    /// <param name="over">Completes when that one's turn is over; null where it was taken.</param>
    public bool TryTake([NotNullWhen(false)] out Task? over)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        over = Interlocked.CompareExchange(ref _now, mine, null)?.Task;
        return over is null;
    }

    /// <summary>Gives back a turn that was taken, and wakes all who wait for that.</summary>
    public void GiveBack() => Interlocked.Exchange(ref _now, null)!.SetResult();
}
