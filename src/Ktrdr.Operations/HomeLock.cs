using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>Who holds a home.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Url">Where it answers, or null when it serves nobody.</param>
/// <param name="IsWorker">Whether it works for servers elsewhere, and never will serve anybody itself.</param>
public sealed record HomeHolder(int ProcessId, string? Url, bool IsWorker = false);

/// <summary>An exclusive hold on a home, which ends with the process at the latest.</summary>
/// <remarks>The operating system's lock on <c>.ktrdr.hold</c> counts; <c>ktrdr.lock</c> beside it says who has it. They are two
/// files because Unix lets nobody read a file that is locked exclusively. What a killed process left behind is taken
/// over.</remarks>
public sealed class HomeLock : IDisposable
{
    private const int Tries = 10;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(10);
    private readonly string _home;
    private readonly FileStream _hold;

    private HomeLock(string home, FileStream hold)
    {
        _home = home;
        _hold = hold;
    }

    /// <summary>Takes hold of a home, or returns null when somebody has it; <see cref="Read"/> then says who.</summary>
    /// <param name="home">The folder; made if need be.</param>
    /// <param name="holder">What others shall read about us.</param>
    /// <exception cref="IOException">No folder can be made there; the message names it.</exception>
    public static HomeLock? TryAcquire(string home, HomeHolder holder)
    {
        MakeFolder(home);
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            if (TryOpen(home, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) is { } hold)
            {
                var taken = new HomeLock(home, hold);
                taken.Describe(holder);
                return taken;
            }

            // Whoever only asks whether it is held is in the way for an instant.
            Thread.Sleep(BetweenTries);
        }

        return null;
    }

    /// <summary>Who holds a home now, or null when nobody does (or whoever does has not said yet).</summary>
    public static HomeHolder? Read(string home)
    {
        if (!File.Exists(HoldPath(home)))
        {
            return null;
        }

        using var probe = TryOpen(home, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (probe is not null)
        {
            return null;
        }

        try
        {
            return Parse(File.ReadAllText(LockPath(home)));
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException or InvalidOperationException or FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What tells this home from all others: drawn once, and kept in the file that is held.</summary>
    public string HomeId
    {
        get
        {
            using var reader = new StreamReader(_hold, leaveOpen: true);
            _hold.Position = 0;
            var id = reader.ReadToEnd();
            if (id.Length > 0)
            {
                return id;
            }

            id = RandomNumberGenerator.GetHexString(32, lowercase: true);
            _hold.Write(Encoding.ASCII.GetBytes(id));
            _hold.Flush();
            return id;
        }
    }

    /// <summary>Changes what others read about the holder, such as the URL once it is known.</summary>
    public void Describe(HomeHolder holder)
    {
        var written = LockPath(_home) + ".new";
        File.WriteAllText(written, Text(holder));
        File.Move(written, LockPath(_home), overwrite: true);
    }

    /// <summary>Lets go of the home.</summary>
    public void Dispose()
    {
        if (_hold.CanRead)
        {
            File.Delete(LockPath(_home));
            _hold.Dispose();
        }
    }

    // By hand: three fields are not worth setting a serialiser up, which takes longer than everything else here.
    private static HomeHolder? Parse(string json) =>
        JsonNode.Parse(json) is JsonObject holder
            ? new HomeHolder((int?)holder["process_id"] ?? 0, (string?)holder["url"], (bool?)holder["worker"] ?? false)
            : null;

    private static string Text(HomeHolder holder) =>
        new JsonObject
        {
            ["process_id"] = holder.ProcessId,
            ["url"] = holder.Url,
            ["worker"] = holder.IsWorker,
        }.ToJsonString();

    private static void MakeFolder(string home)
    {
        try
        {
            Directory.CreateDirectory(home);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{home} cannot be a home: {(File.Exists(home) ? "it is a file." : fault.Message)} "
                    + "Choose a folder that can be written to, with --home or KTRDR_HOME.",
                fault
            );
        }
    }

    private static FileStream? TryOpen(string home, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(HoldPath(home), mode, access, share);
        }
        catch (IOException) when (File.Exists(HoldPath(home)))
        {
            return null;
        }
    }

    private static string HoldPath(string home) => Path.Combine(home, ".ktrdr.hold");

    private static string LockPath(string home) => Path.Combine(home, "ktrdr.lock");
}
