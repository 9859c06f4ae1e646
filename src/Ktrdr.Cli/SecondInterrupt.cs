using System.Runtime.InteropServices;

namespace Ktrdr.Cli;

/// <summary>While it lives, a second Ctrl-C ends the process at once: the first asks the command to end in order, and whoever
/// presses again does not want to wait for that.</summary>
/// <remarks>Of several who wait for a signal the last to come is told first, and the command line keeps the signal until the
/// command has ended: so this one must come after it, within the command.</remarks>
internal sealed class SecondInterrupt : IDisposable
{
    private readonly PosixSignalRegistration _registration;
    private int _seen;

    /// <summary>Begins to count.</summary>
    public SecondInterrupt() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, Count);

    /// <summary>Counts no more.</summary>
    public void Dispose() => _registration.Dispose();

    private void Count(PosixSignalContext signal)
    {
        if (Interlocked.Increment(ref _seen) > 1)
        {
            Environment.Exit(Exit.Interrupted);
        }
    }
}
