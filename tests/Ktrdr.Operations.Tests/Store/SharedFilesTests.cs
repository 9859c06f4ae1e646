namespace Ktrdr.Operations.Tests;

public abstract class SharedFilesTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Files_are_told_in_the_order_they_were_put_there_and_come_back_whole()
    {
        await using var house = House.Build(_home, new Stage());
        var files = new SharedFiles(house.Database);
        await files.PutAsync("b", "one"u8.ToArray(), Token);
        await files.PutAsync("a", Array.Empty<byte>(), Token);

        Assert.Equal([("b", 1), ("a", 2)], Told(files, after: 0));
        Assert.Equal([("a", 2)], Told(files, after: 1));
        Assert.Empty(files.After(2));
        Assert.Equal("one"u8, files.Find("b")!.Body);
        Assert.True(files.Find("b")!.IsWhole);
        Assert.Empty(files.Find("a")!.Body);
        Assert.Null(files.Find("c"));
        Assert.Equal(StoredFile.HashOf("one"u8), files.After(0)[0].Hash);
    }

    [Fact]
    public async Task A_new_version_is_told_anew_and_the_same_again_is_not()
    {
        await using var house = House.Build(_home, new Stage());
        var files = new SharedFiles(house.Database);
        await files.PutAsync("a", "one"u8.ToArray(), Token);
        await files.PutAsync("b", "two"u8.ToArray(), Token);

        await files.PutAsync("a", "one"u8.ToArray(), Token);
        Assert.Empty(files.After(2));
        await files.PutAsync("a", "three"u8.ToArray(), Token);

        Assert.Equal([("b", 2), ("a", 3)], Told(files, after: 0));
        Assert.Equal("three"u8, files.Find("a")!.Body);
    }

    [Fact]
    public async Task What_is_put_aside_is_found_by_name_told_to_nobody_and_gone_once_it_is_removed()
    {
        await using var house = House.Build(_home, new Stage());
        var files = new SharedFiles(house.Database);
        await files.SetAsideAsync("training", "epoch 1"u8.ToArray(), Token);
        await files.PutAsync("a", "one"u8.ToArray(), Token);
        await files.SetAsideAsync("other", "epoch 1"u8.ToArray(), Token);
        await files.SetAsideAsync("training", "epoch 2"u8.ToArray(), Token);

        Assert.Equal([("a", 1)], Told(files, after: 0));
        Assert.Equal([("a", 1)], Told(files, after: -9));
        Assert.Equal(["other", "training"], files.Aside());
        Assert.Equal("epoch 2"u8, files.Find("training")!.Body);

        await files.RemoveAsync("training", Token);
        await files.RemoveAsync("a", Token); // is for everybody, and stays

        Assert.Equal(["other"], files.Aside());
        Assert.Null(files.Find("training"));
        Assert.Equal([("a", 1)], Told(files, after: 0));
    }

    [Fact]
    public async Task A_file_takes_no_place_but_that_of_the_version_one_knows()
    {
        await using var house = House.Build(_home, new Stage());
        var files = new SharedFiles(house.Database);
        var (one, two) = (StoredFile.HashOf("one"u8), StoredFile.HashOf("two"u8));

        Assert.True(await files.TryPutAsync("a", "one"u8.ToArray(), since: null, Token));
        Assert.False(await files.TryPutAsync("a", "two"u8.ToArray(), since: null, Token));
        Assert.False(await files.TryPutAsync("a", "two"u8.ToArray(), since: two[..9], Token));
        Assert.True(await files.TryPutAsync("a", "one"u8.ToArray(), since: null, Token)); // the same is no other
        Assert.Equal([("a", 1)], Told(files, after: 0));
        Assert.Equal([one], Bodies(house));

        Assert.True(await files.TryPutAsync("a", "two"u8.ToArray(), since: one, Token));
        Assert.Equal([("a", 2)], Told(files, after: 0));
        Assert.Equal([two], Bodies(house));
    }

    [Fact]
    public async Task A_body_lies_there_once_whatever_names_it_and_goes_with_the_last_that_does()
    {
        await using var house = House.Build(_home, new Stage());
        var files = new SharedFiles(house.Database);
        await files.PutAsync("a", "one"u8.ToArray(), Token);
        await files.PutAsync("b", "one"u8.ToArray(), Token);
        await files.SetAsideAsync("training", "epoch 1"u8.ToArray(), Token);
        Assert.Equal(2, Bodies(house).Count);

        await files.PutAsync("a", "two"u8.ToArray(), Token);
        Assert.Equal(3, Bodies(house).Count);
        await files.PutAsync("b", "two"u8.ToArray(), Token);
        await files.SetAsideAsync("training", "epoch 2"u8.ToArray(), Token);
        Assert.Equal(2, Bodies(house).Count);

        // A process died before it had named this one.
        house.Database.WriteAside("INSERT INTO bodies VALUES ('lost', @body)", ("@body", new byte[9]));
        await files.RemoveAsync("training", Token);
        Assert.Equal([StoredFile.HashOf("two"u8)], Bodies(house));
    }

    [Fact]
    public async Task A_damaged_body_is_mended_by_whoever_puts_it_there_again_and_all_that_name_it_are_told_anew()
    {
        await using var house = House.Build(_home, new Stage());
        var files = new SharedFiles(house.Database);
        await files.PutAsync("a", "one"u8.ToArray(), Token);
        await files.PutAsync("b", "one"u8.ToArray(), Token);
        house.Database.WriteAside("UPDATE bodies SET body = @body", ("@body", new byte[9]));
        Assert.False(files.Find("a")!.IsWhole);

        await files.PutAsync("b", "one"u8.ToArray(), Token);

        Assert.Equal(["a", "b"], files.After(2).Select(file => file.Path).Order());
        Assert.True(files.Find("a")!.IsWhole);
    }

    private static List<string> Bodies(House house) =>
        house.Database.Read(one => one.Query("SELECT hash FROM bodies", row => row.GetString(0)), []);

    private static IEnumerable<(string, long)> Told(SharedFiles files, long after) =>
        files.After(after).Select(file => (file.Path, file.Sequence));
}
