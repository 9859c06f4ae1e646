namespace Ktrdr.Archive.Tests;

public sealed class HomeFolderTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/x")]
    [InlineData("a\\..\\x")]
    [InlineData("a\0b")]
    [InlineData("CON")]
    [InlineData("models/nul.txt")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData(".hidden")]
    [InlineData("C:/x")]
    public void A_path_that_leads_out_or_that_no_system_keeps_is_refused(string path) =>
        Assert.Throws<OutsideHomeException>(() => _home.Folder.Resolve(path));

    [Theory]
    [InlineData("strategies")]
    [InlineData("models")]
    [InlineData("data")]
    public void A_file_where_results_belong_is_found_before_any_work(string folder)
    {
        Directory.CreateDirectory(_home.Folder.Root);
        var path = Path.Combine(_home.Folder.Root, folder);
        File.WriteAllText(path, "in the way");

        Assert.Contains(path, Assert.Throws<IOException>(_home.Folder.Prepare).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_10_kB_is_refused_and_not_repeated()
    {
        var refused = Assert.Throws<OutsideHomeException>(() => _home.Folder.Resolve(new string('x', 10_000)));
        Assert.True(refused.Message.Length < 400);
    }

    [Fact]
    public async Task A_file_that_could_not_be_written_leaves_the_old_one_and_no_trace()
    {
        await _home.Folder.WriteWholeAsync("data/a.txt", "old"u8.ToArray(), CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _home.Folder.WriteWholeAsync(
                "data/a.txt",
                stream =>
                {
                    stream.WriteByte(1);
                    throw new InvalidOperationException("half way");
                },
                CancellationToken.None
            )
        );
        Assert.Equal("old", await File.ReadAllTextAsync(_home.Folder.Resolve("data/a.txt")));
        Assert.Single(Directory.GetFiles(_home.Folder.Resolve("data")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        // A file where the folder should be stops even an administrator.
        await _home.Folder.WriteWholeAsync("data", "in the way"u8.ToArray(), CancellationToken.None);
        var fault = await Assert.ThrowsAsync<IOException>(() =>
            _home.Folder.WriteWholeAsync("data/a.txt", "x"u8.ToArray(), CancellationToken.None)
        );
        Assert.Contains(Path.Combine(_home.Folder.Root, "data", "a.txt"), fault.Message);
    }
}
