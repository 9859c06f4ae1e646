using Ktrdr.Client;

namespace Ktrdr.System.Tests;

/// <summary>The second milestone of the seeds: a strategy is designed and saved.</summary>
public sealed class Milestone2Tests
{
    [Fact]
    public async Task When_training_begins_the_strategy_has_a_name_and_a_valid_file()
    {
        using var home = new Home();
        using var server = await home.ServeAsync();
        var cycle = await server.TriggerAsync(new TriggerRequest { Seed = 2, BypassGates = true });

        var metadata = await server.PhaseAsync(cycle, "training");

        var name = (string?)metadata["strategy_name"];
        Assert.NotNull(name);
        Assert.Equal($"strategies/{name}.yaml", (string?)metadata["strategy_path"]);
        Assert.True(File.Exists(home.At($"strategies/{name}.yaml")));
        (await home.RunAsync("strategies", "validate", home.At($"strategies/{name}.yaml"))).With(exitCode: 0);
        (await home.RunAsync("strategies", "validate", name)).With(exitCode: 0);
    }

    [Fact]
    public async Task Strategies_are_listed_shown_and_judged_without_a_server()
    {
        using var home = new Home();
        home.Write("broken", "name: broken\n");

        var refused = (await home.RunAsync("strategies", "validate", "broken")).With(exitCode: 1);

        Assert.Contains("indicators", refused.Output + refused.Errors, StringComparison.Ordinal);
        (await home.RunAsync("strategies", "list")).With(exitCode: 0);
        (await home.RunAsync("strategies", "show", "broken")).With(exitCode: 0);
    }
}
