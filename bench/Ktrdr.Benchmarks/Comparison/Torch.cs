using System.Diagnostics;
using System.Globalization;

namespace Ktrdr.Benchmarks;

/// <summary>The other side of the training rows: PyTorch's quickest eager loop, one thread.</summary>
/// <remarks>Its clock is set to the processor's time, as ours is: on a busy machine neither side pays for waiting.</remarks>
internal static class Torch
{
    private const string ByProcessorTime =
        "import runpy, sys, time; time.perf_counter = time.process_time; sys.argv = sys.argv[1:]; "
        + "runpy.run_path(sys.argv[0], run_name='__main__')";

    /// <summary>Why it cannot be asked here, or null when it can.</summary>
    public static string? Missing =>
        Machine.Shared("bench/torch_mlp.py") is null ? "the shared folder is not beside the repository"
        : Ask("-c", "import torch") is null ? "python3 has no torch; install python3-torch"
        : null;

    /// <summary>Rows a processor's second that it trains with.</summary>
    public static double RowsPerSecond(int batch)
    {
        var told = Ask(
            "-c",
            ByProcessorTime,
            Machine.Shared("bench/torch_mlp.py")!,
            "--batch",
            $"{batch}",
            "--epochs",
            "1",
            "--runs",
            "3"
        );
        return told?.Split('=') is [.., var figure]
            ? double.Parse(figure, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("torch_mlp.py failed; run it by hand to see why.");
    }

    private static string? Ask(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEndAsync();
        var told = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        errors.Wait();
        return python.ExitCode == 0 ? told : null;
    }
}
