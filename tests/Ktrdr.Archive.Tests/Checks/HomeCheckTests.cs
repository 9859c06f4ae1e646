using System.Runtime.Versioning;
using Ktrdr.Operations;

namespace Ktrdr.Archive.Tests;

public sealed class HomeCheckTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_home_that_can_be_made_is_fine_and_is_not_made()
    {
        Assert.All(HomeCheck.Of(_home.Folder), finding => Assert.Equal(FindingLevel.Ok, finding.Level));
        Assert.False(Directory.Exists(_home.Folder.Root));
    }

    [Fact]
    public void A_home_in_use_is_fine()
    {
        _home.Folder.Prepare();
        Assert.All(HomeCheck.Of(_home.Folder), finding => Assert.Equal(FindingLevel.Ok, finding.Level));
    }

    [Theory]
    [InlineData("home")]
    [InlineData("home/models")]
    public void A_file_in_place_of_a_folder_is_named(string path)
    {
        var file = _home.Write(path, "I am a file");
        var finding = HomeCheck.Of(_home.Folder)[0];

        Assert.Equal((FindingLevel.Wrong, $"{file} is a file"), (finding.Level, finding.Value));
        Assert.NotNull(finding.Fix);
    }

    [Theory]
    [InlineData("home")]
    [InlineData("home/data")]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_not_be_written_to_is_named(string relative)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows says only to those who write");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "whoever may do everything may write everywhere");
        _home.Folder.Prepare();
        var folder = Path.Combine(Path.GetDirectoryName(_home.Folder.Root)!, relative);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var finding = HomeCheck.Of(_home.Folder)[0];
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal((FindingLevel.Wrong, $"{folder} cannot be written to"), (finding.Level, finding.Value));
    }

    [Theory]
    [InlineData(15_999_999, FindingLevel.Wrong)]
    [InlineData(16_000_000, FindingLevel.Warning)]
    [InlineData(255_999_999, FindingLevel.Warning)]
    [InlineData(256_000_000, FindingLevel.Ok)]
    public void Room_is_measured_in_cycles(long free, FindingLevel level)
    {
        var finding = HomeCheck.Room("/home", free);

        Assert.Equal(level, finding.Level);
        Assert.Contains("a cycle needs 16 MB", finding.Value);
    }
}
