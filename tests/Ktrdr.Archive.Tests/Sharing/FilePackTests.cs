using System.Text;

namespace Ktrdr.Archive.Tests;

public sealed class FilePackTests
{
    [Fact]
    public void Files_come_back_as_they_were_packed_in_whatever_order()
    {
        var files = new Dictionary<string, byte[]>
        {
            ["b.bin"] = [0, 10, 32, 255],
            ["a.json"] = "{}\n"u8.ToArray(),
            ["empty"] = [],
        };

        var pack = FilePack.Of(files);

        Assert.Equal(pack, FilePack.Of(files.Reverse()));
        Assert.Equal(pack.Length, FilePack.LengthOf(files.Select(file => (file.Key, file.Value.LongLength))));
        Assert.Equal(files.OrderBy(file => file.Key), FilePack.Open(pack)!.OrderBy(file => file.Key));
    }

    [Theory]
    [InlineData("../a 1\nx")]
    [InlineData("a/b 1\nx")]
    [InlineData(".a 1\nx")]
    [InlineData("a 2\nx")]
    [InlineData("a -1\nx")]
    [InlineData("a 99999999999\nx")]
    [InlineData("a 1\nxa 1\ny")]
    [InlineData("a\nx")]
    [InlineData("a 1 1\nx")]
    [InlineData("no line at all")]
    public void What_is_no_pack_of_plainly_named_files_is_refused(string pack) =>
        Assert.Null(FilePack.Open(Encoding.UTF8.GetBytes(pack)));

    [Fact]
    public void A_pack_torn_anywhere_is_no_longer_what_it_was()
    {
        var pack = FilePack.Of([
            KeyValuePair.Create("a", "one"u8.ToArray()),
            KeyValuePair.Create("b", "two"u8.ToArray()),
        ]);
        for (var length = 0; length < pack.Length; length++)
        {
            Assert.NotEqual(2, FilePack.Open(pack.AsSpan(0, length))?.Count);
        }
    }
}
