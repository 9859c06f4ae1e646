using System.Globalization;
using System.Text.Json.Nodes;
using Ktrdr.Core;
using Ktrdr.Loopback;
using Ktrdr.Operations;

namespace Ktrdr.Agent.Tests;

/// <summary>What a model writes is data: whatever it is, it is refused in words, or it is a clean strategy.</summary>
public sealed class HostileTests
{
    /// <summary>More of them: <c>KTRDR_HOSTILE_CALLS=10000 dotnet test --project tests/Ktrdr.Agent.Tests
    /// -- --filter-class "*HostileTests"</c>.</summary>
    private static int Calls =>
        Environment.GetEnvironmentVariable("KTRDR_HOSTILE_CALLS") is { } count
            ? int.Parse(count, CultureInfo.InvariantCulture)
            : 500;

    [Fact]
    public async Task Hostile_calls_end_in_an_error_or_a_clean_strategy_and_nothing_beside_the_shelf()
    {
        var tally = await HostileCorpus.TryAsync(Calls, seed: 20261121);

        TestContext.Current.TestOutputHelper!.WriteLine($"{Calls} hostile calls: {tally}");
        Assert.Equal(Calls, tally.Refused + tally.Checked + tally.Saved);
        Assert.True(tally is { Refused: > 0, Checked: > 0, Saved: > 0 }, tally.ToString());
    }

    [Theory]
    [InlineData(30)]
    [InlineData(46)]
    [InlineData(55)]
    [InlineData(62)]
    public async Task Arguments_nested_without_end_come_back_as_an_error_and_the_design_goes_on(int depth)
    {
        await using var studio = await Studio.OpenAsync(("AGENT_MAX_TOKENS", "20000"));
        var config = Studio.Config();
        config["tags"] = Nested(depth);

        var design = await studio.DesignAsync(Studio.Save(config), Studio.Save(Studio.Config()));

        Studio.Strategy(design);
        Assert.True(studio.Told[0].IsError);
    }

    [Fact]
    public async Task Control_characters_are_taken_out_of_what_is_kept()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Studio.Save(Studio.Config(), description: "Waits\u001b[2J and\r\n\u202eacts.\u0000")
        );

        Assert.Equal("Waits [2J and acts.", Studio.Strategy(design).Description);
    }

    [Fact]
    public async Task Nothing_stands_outside_the_home_and_nothing_under_a_name_of_the_models()
    {
        await using var studio = await Studio.OpenAsync();

        await studio.DesignAsync(
            Studio.Save(Studio.Config(), "../../escaped"),
            Studio.Save(Studio.Config(), "/tmp/escaped"),
            Studio.Save(Studio.Config(), "escaped")
        );

        Assert.Equal([studio.Home], Directory.EnumerateFileSystemEntries(studio.Around));
        Assert.Empty(Directory.EnumerateFiles(studio.Around, "*escaped*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_the_model_wrote_stays_out_of_the_error()
    {
        await using var studio = await Studio.OpenAsync();
        var secret = "xyzzy-planted";

        var design = await studio.DesignAsync(Turn.Text(secret), Turn.Text($"name: {secret}\n{secret}: {secret}"));

        Assert.Equal(OperationStatus.Failed, design.Status);
        Assert.DoesNotContain(secret, design.Error!.ToString());
    }

    private static JsonNode Nested(int depth)
    {
        JsonNode inner = new JsonArray();
        for (var level = 1; level < depth; level++)
        {
            inner = new JsonArray(inner);
        }

        return inner;
    }
}
