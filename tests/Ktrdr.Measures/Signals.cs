using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ktrdr.Measures;

/// <summary>What is said to a process from outside. There are no signals on Windows.</summary>
internal static class Signals
{
    /// <summary>What a terminal sends at Ctrl-C.</summary>
    public static void Interrupt(this Process process) => process.Send(2);

    /// <summary>What a service manager sends to end a service in order.</summary>
    public static void Terminate(this Process process) => process.Send(15);

    /// <summary>Stops its clock.</summary>
    public static void Pause(this Process process) => process.Send(OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Lets its clock go on.</summary>
    public static void GoOn(this Process process) => process.Send(OperatingSystem.IsMacOS() ? 19 : 18);

    private static void Send(this Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach {process.Id}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
