using System.Security.Cryptography;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive.Tests;

public sealed class StrategyShelfTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("ktrdr-shelf-").FullName;
    private readonly StrategyShelf _shelf;

    public StrategyShelfTests() => _shelf = new StrategyShelf(new HomeFolder(Home));

    private string Home => Path.Combine(_outside, "home");

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Fact]
    public async Task What_is_put_is_kept_by_the_hash_of_its_text_and_published_by_name()
    {
        var strategy = Example.Valid(Example.Text);

        var identity = await _shelf.PutAsync(strategy, CancellationToken.None);
        Assert.False(_shelf.Exists(strategy.Name));
        await _shelf.PublishAsync(identity, strategy.Name, CancellationToken.None);

        var text = await File.ReadAllBytesAsync(Path.Combine(Home, "strategies", "pullback_rsi_adx.yaml"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), identity);
        Assert.Equal(["pullback_rsi_adx"], _shelf.Names());
        Assert.True(_shelf.Exists("pullback_rsi_adx.yaml"));
        Assert.Equal("strategies/pullback_rsi_adx.yaml", _shelf.PathOf("pullback_rsi_adx"));
        Assert.Equivalent(strategy, await _shelf.OpenAsync("pullback_rsi_adx", CancellationToken.None), strict: true);
        Assert.Equivalent(strategy, await _shelf.GetAsync(identity, CancellationToken.None), strict: true);
        Assert.Equal(identity, await _shelf.PutAsync(strategy, CancellationToken.None));
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_home_is_not_followed()
    {
        var secret = Path.Combine(_outside, "secret.yaml");
        await File.WriteAllTextAsync(secret, "name: secret");
        Directory.CreateDirectory(Path.Combine(Home, "strategies"));
        File.CreateSymbolicLink(Path.Combine(Home, "strategies", "linked.yaml"), secret);

        var refused = await Assert.ThrowsAsync<StrategyRefusedException>(() =>
            _shelf.OpenAsync("linked", CancellationToken.None)
        );

        Assert.Contains("is a link", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> BadNames { get; } =
        new()
        {
            "../x",
            "a\0b",
            "CON",
            "nul.yaml",
            new string('a', 10_240),
            "",
            ".",
            "..",
            "/etc/x",
            "a/b",
            "a\\b",
            "a b",
            "é",
        };

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task A_name_that_is_no_file_is_refused_and_nothing_is_written(string name)
    {
        var identity = await _shelf.PutAsync(Example.Valid(Example.Text), CancellationToken.None);
        var before = Everything();

        await Assert.ThrowsAsync<StrategyRefusedException>(() => _shelf.OpenAsync(name, CancellationToken.None));
        await Assert.ThrowsAsync<StrategyRefusedException>(() =>
            _shelf.PublishAsync(identity, name, CancellationToken.None)
        );
        await Assert.ThrowsAsync<StrategyRefusedException>(() =>
            _shelf.PutAsync(Example.Valid(Example.Text) with { Name = name }, CancellationToken.None)
        );

        Assert.False(_shelf.Exists(name));
        Assert.Equal(before, Everything());
    }

    [Fact]
    public async Task A_missing_file_is_named_with_the_nearest_there_is()
    {
        Write("momentum_one", Example.Text);

        var refused = await Refused("momentum_won");

        Assert.Equal(["there is no file strategies/momentum_won.yaml; did you mean 'momentum_one'?"], refused.Errors);
    }

    [Fact]
    public async Task Every_reason_of_a_broken_file_comes_along()
    {
        Write(
            "pullback_rsi_adx",
            Example.With("epochs: 50", "epochs: x").Replace("type: mlp", "type: gru", StringComparison.Ordinal)
        );

        Assert.Equal(2, (await Refused("pullback_rsi_adx")).Errors.Count);
    }

    [Fact]
    public async Task A_file_whose_name_is_not_the_strategys_is_refused()
    {
        Write("copy", Example.Text);

        Assert.Equal(
            ["name: 'pullback_rsi_adx' stands in the file strategies/copy.yaml; make them the same"],
            (await Refused("copy")).Errors
        );
    }

    [Fact]
    public async Task Files_that_are_too_large_not_utf8_or_a_folder_are_refused()
    {
        Write("large", new string('#', 1 << 20));
        Write("latin", "");
        await File.WriteAllBytesAsync(Path.Combine(Home, "strategies", "latin.yaml"), [0x6E, 0xE9]);

        Assert.Equal(["the file has 1048576 bytes; a strategy has at most 65536"], (await Refused("large")).Errors);
        Assert.Equal(["byte 1 is not UTF-8; save the file as UTF-8"], (await Refused("latin")).Errors);
    }

    [Fact]
    public async Task A_kept_text_that_was_changed_is_noticed()
    {
        var identity = await _shelf.PutAsync(Example.Valid(Example.Text), CancellationToken.None);
        await File.AppendAllTextAsync(
            Path.Combine(Home, "data", "shelf", "strategies", identity + ".yaml"),
            "# mine\n"
        );

        await Assert.ThrowsAsync<StrategyRefusedException>(() => _shelf.GetAsync(identity, CancellationToken.None));
        await Assert.ThrowsAsync<StrategyRefusedException>(() =>
            _shelf.GetAsync("../../strategies/x", CancellationToken.None)
        );
    }

    private Task<StrategyRefusedException> Refused(string name) =>
        Assert.ThrowsAsync<StrategyRefusedException>(() => _shelf.OpenAsync(name, CancellationToken.None));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(Home, "strategies"));
        File.WriteAllText(Path.Combine(Home, "strategies", name + ".yaml"), text, new UTF8Encoding(false));
    }

    private string[] Everything() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(_outside, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal),
        ];
}
