using System.Globalization;
using Ktrdr.Client;

namespace Ktrdr.System.Tests;

/// <summary>The sixth milestone of the seeds: whatever a cycle is doing, it can be stopped, and everything stops with it.</summary>
public sealed class Milestone6Tests(SampleCycle sample, ITestOutputHelper output)
{
    [Fact]
    public async Task A_training_of_five_thousand_epochs_is_cancelled_with_its_cycle()
    {
        using var home = new Home();
        home.Write("long_lesson", await sample.StrategyAsync("long_lesson", epochs: 5_000));
        using var server = await home.ServeAsync();
        var cycle = (await home.RunAsync("agent", "trigger", "--strategy", "long_lesson")).With(exitCode: 0).CycleId;
        var training = (string)(await server.PhaseAsync(cycle, "training"))["training_op_id"]!;
        await server.EventAsync(training, line => line.Body["context"]?["epoch"] is not null);

        var status = (await home.RunAsync("agent", "status", "--json")).With(exitCode: 0).Json;
        Assert.Equal("training", (string?)status["phase"]);
        Assert.Equal(cycle, (string?)status["operation_id"]);
        Assert.Equal(training, (string?)status["child_operation_id"]);
        Assert.Equal("long_lesson", (string?)status["strategy_name"]);
        var cancel = (await home.RunAsync("agent", "cancel")).With(exitCode: 0);

        Assert.Contains("Cancellation requested", cancel.Output, StringComparison.Ordinal);
        (await home.RunAsync("operations", "wait", cycle)).With(exitCode: 3);
        foreach (var operation in (string[])[cycle, training])
        {
            var shown = (await home.RunAsync("operations", "status", operation)).With(exitCode: 0);
            Assert.Contains("CANCELLED", shown.Output, StringComparison.Ordinal);
        }

        await TellHowLongItTookAsync(server, cycle, "training 5,000 epochs");
    }

    [Theory]
    [InlineData("designing", "design_op_id")]
    [InlineData("training", "training_op_id")]
    [InlineData("backtesting", "backtest_op_id")]
    [InlineData("assessing", "assessment_op_id")]
    public async Task Cancelling_in_any_phase_ends_parent_and_child_as_cancelled(string phase, string key)
    {
        using var home = Home.Scripted("1.5");
        using var server = await home.ServeAsync();
        var cycle = await server.TriggerAsync(new TriggerRequest());
        var child = (string)(await server.PhaseAsync(cycle, phase))[key]!;

        var answer = await server.Client.CancelCycleAsync(null, server.Patience);

        Assert.Equal("Cancellation requested", answer.Message);
        Assert.Equal("cancelled", (await server.EndAsync(cycle)).Status);
        Assert.Equal("cancelled", (await server.EndAsync(child)).Status);
        Assert.Equal(child, (await server.Client.ChildrenAsync(cycle, server.Patience))[^1].OperationId);
        await TellHowLongItTookAsync(server, cycle, phase);
    }

    private async Task TellHowLongItTookAsync(Server server, string cycle, string what)
    {
        var asked = await server.EventAsync(cycle, line => line.Kind == "cancel_requested");
        var tree = await server.Client.ChildrenAsync(cycle, server.Patience);
        var ended = tree.Append(await server.ShowAsync(cycle)).Max(operation => operation.CompletedAt);
        var milliseconds = (ended!.Value - asked.At).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
        output.WriteLine($"{what}: the whole tree had ended {milliseconds} ms after the cancellation was recorded.");
    }
}
