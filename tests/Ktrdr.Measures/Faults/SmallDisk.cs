using System.Diagnostics;

namespace Ktrdr.Measures;

/// <summary>A disk of a few megabytes in memory, which can be filled to the last byte and emptied again. Gone afterwards.</summary>
/// <remarks>Linux lets only root mount one.</remarks>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabytes = 48;
    private readonly TemporaryHome _place = new();
    private readonly string _ballast;

    /// <summary>Mounts one.</summary>
    public SmallDisk()
    {
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", _place.Folder))
        {
            _place.Dispose();
            throw new InvalidOperationException("Mounting was refused.");
        }

        Folder = Directory.CreateDirectory(Path.Combine(_place.Folder, "home")).FullName;
        _ballast = Path.Combine(_place.Folder, "ballast");
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Missing { get; } = WhyMissing();

    /// <summary>An empty folder on it.</summary>
    public string Folder { get; }

    /// <summary>Takes every byte that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(_ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12, 1])
        {
            try
            {
                for (var bytes = new byte[size]; ; )
                {
                    ballast.Write(bytes);
                }
            }
            catch (IOException)
            {
                // So much at once no longer fits.
            }
        }
    }

    /// <summary>Gives it all back.</summary>
    public void MakeRoom() => File.Delete(_ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", _place.Folder);
        _place.Dispose();
    }

    private static string? WhyMissing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "a small disk can be mounted on Linux only";
        }

        try
        {
            using var disk = new SmallDisk();
            return null;
        }
        catch (InvalidOperationException)
        {
            return "mounting a small disk is refused here (it takes root)";
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true }
        )!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
