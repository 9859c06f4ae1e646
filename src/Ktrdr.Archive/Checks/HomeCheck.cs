using System.Runtime.InteropServices;
using Ktrdr.Operations;

namespace Ktrdr.Archive;

/// <summary>Looks at the folder of a home and at the room around it. Writes nothing to find out whether it could.</summary>
public static class HomeCheck
{
    // What a cycle leaves, the database's log while it works, and the cache of a new dataset: a bound with room to spare.
    private const long CycleBytes = 16_000_000;
    private const int CyclesToComplainBelow = 16;

    private const int MayWriteAndEnter = 3;

    /// <summary>Whether everything can be kept there.</summary>
    public static IReadOnlyList<Finding> Of(HomeFolder home)
    {
        var nearest = Nearest(home.Root);
        if (File.Exists(nearest))
        {
            return
            [
                Finding.Wrong(
                    "home",
                    $"{nearest} is a file",
                    "A home is a folder.",
                    "Name a folder with --home or KTRDR_HOME."
                ),
            ];
        }

        return [Folder(home, nearest), Room(nearest, new DriveInfo(DriveOf(nearest)).AvailableFreeSpace)];
    }

    /// <summary>How far the free space of a file system goes.</summary>
    internal static Finding Room(string path, long free)
    {
        var value = $"{InWords(free)} free; a cycle needs {InWords(CycleBytes)} at most while it runs";
        return free switch
        {
            < CycleBytes => Finding.Wrong(
                "disk",
                value,
                $"On the disk of {path} not even one cycle has room; it would end with disk_full.",
                "Make room there, or choose a home on another disk with --home or KTRDR_HOME."
            ),
            < CycleBytes * CyclesToComplainBelow => Finding.Warning(
                "disk",
                value,
                $"Every cycle leaves 1.5 to 4 MB on the disk of {path}, and a full one stops all work.",
                "Make room there, or choose a home on another disk with --home or KTRDR_HOME."
            ),
            _ => Finding.Ok("disk", value),
        };
    }

    private static Finding Folder(HomeFolder home, string nearest)
    {
        if (HomeFolder.Rooms.Select(home.Resolve).FirstOrDefault(File.Exists) is { } file)
        {
            return Finding.Wrong(
                "home",
                $"{file} is a file",
                "A folder of that name belongs there.",
                "Move the file away."
            );
        }

        var locked = HomeFolder
            .Rooms.Select(home.Resolve)
            .Where(Directory.Exists)
            .Prepend(nearest)
            .FirstOrDefault(path => !MayWrite(path));
        return locked is not null
                ? Finding.Wrong(
                    "home",
                    $"{locked} cannot be written to",
                    $"Results would be lost: {Environment.UserName} may not write there.",
                    "Let this user write there, or choose another home with --home or KTRDR_HOME."
                )
            : nearest == home.Root ? Finding.Ok("home", $"{home.Root}, which can be written to")
            : Finding.Ok("home", $"{home.Root}, which the first work makes");
    }

    /// <summary>The folder itself, or what there is of the way to it.</summary>
    private static string Nearest(string path)
    {
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            path = parent;
        }

        return path;
    }

    private static string DriveOf(string path) => OperatingSystem.IsWindows() ? Path.GetPathRoot(path)! : path;

    // The system's own answer, which knows owners, groups and file systems mounted for reading only. Windows gives none short
    // of writing.
    private static bool MayWrite(string folder) => OperatingSystem.IsWindows() || Access(folder, MayWriteAndEnter) == 0;

    [DllImport("libc", EntryPoint = "access")]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    private static string InWords(long bytes) =>
        bytes < 1_000_000_000 ? $"{bytes / 1e6:0} MB" : $"{bytes / 1e9:0.0} GB";
}
