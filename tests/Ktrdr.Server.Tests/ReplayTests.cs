using System.Text.Json.Nodes;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Server.Tests;

/// <summary>A finished cycle comes out again from its record, while its home is served and without anything being asked for.</summary>
public sealed class ReplayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cycles_of_the_built_in_designer_come_out_again_byte_by_byte()
    {
        await using var server = await RunningServer.StartWithAsync(("AGENT_PROVIDER", "local"));
        var first = await EndedAsync(server, new TriggerRequest { Seed = 1 });
        // The same seed again: what was tried before is now in the way, and the replay must know it too.
        var second = await EndedAsync(server, new TriggerRequest { Seed = 1, BypassGates = true });
        // By name, without a design; the file is edited before the replay, and what was tried is not.
        var name = (string)first.Metadata["strategy_name"]!;
        var third = await EndedAsync(server, new TriggerRequest { Strategy = name, Seed = 2 });
        await File.AppendAllTextAsync(Path.Combine(server.Home, $"strategies/{name}.yaml"), "# edited\n", Cancellation);

        foreach (var cycle in (OperationView[])[first, second, third])
        {
            var replay = await Replay.RunAsync(server.Home, cycle.OperationId, keep: null, Cancellation);

            Assert.True(replay.Same, Told(replay));
            Assert.Empty(replay.Notes);
            var names = replay.Parts.Select(part => part.Name).ToList();
            Assert.Contains((string)cycle.Metadata["strategy_path"]!, names);
            Assert.Contains($"{cycle.Metadata["model_path"]}/weights.bin", names);
            Assert.Contains("training gate", names);
            Assert.Contains("end", names);
            Assert.Equal(cycle.Status == "completed", names.Contains("verdict"));
        }

        Assert.NotEqual((string?)first.Metadata["strategy_name"], (string?)second.Metadata["strategy_name"]);
    }

    [Fact]
    public async Task A_cycle_of_a_language_model_comes_out_again_without_key_or_request()
    {
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Named("corrected").Begin();
        await using var server = await RunningServer.StartWithAsync(
            claude,
            ("TRAINING_GATE_MIN_ACCURACY", "0.01"),
            ("TRAINING_GATE_MAX_LOSS", "12.5"),
            ("TRAINING_GATE_MIN_LOSS_DECREASE", "-3"),
            ("BACKTEST_GATE_MIN_WIN_RATE", "0"),
            ("BACKTEST_GATE_MAX_DRAWDOWN", "1"),
            ("BACKTEST_GATE_MIN_SHARPE", "-99")
        );
        var cycle = await EndedAsync(server, new TriggerRequest { Seed = 1, Named = true });
        Assert.Equal(("completed", null), (cycle.Status, cycle.ErrorMessage));
        var asked = claude.Requests.Count;
        var kept = RunningServer.NewHome();

        var replay = await Replay.RunAsync(server.Home, cycle.OperationId, kept, Cancellation);

        Assert.True(replay.Same, Told(replay));
        Assert.Equal(asked, claude.Requests.Count);
        Assert.Equal(kept, replay.KeptAt);
        var names = replay.Parts.Select(part => part.Name).ToList();
        Assert.Contains($"strategies/{cycle.Metadata["strategy_name"]}/assessment.json", names);
        Assert.Contains(names, name => name.EndsWith("/trades.csv", StringComparison.Ordinal));
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(server.Home, (string)cycle.Metadata["strategy_path"]!),
                Cancellation
            ),
            await File.ReadAllBytesAsync(Path.Combine(kept, (string)cycle.Metadata["strategy_path"]!), Cancellation)
        );
        Directory.Delete(kept, recursive: true);
    }

    [Fact]
    public async Task A_fault_while_assessing_comes_out_again_as_the_same_end()
    {
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = request =>
            request.Tools.ContainsKey("save_assessment") ? Fault.CreditTooLow : Scenarios.Design(request);
        await using var server = await RunningServer.StartWithAsync(claude);
        var cycle = await EndedAsync(server, new TriggerRequest { Seed = 1, BypassGates = true });
        Assert.Equal("failed", cycle.Status);
        Assert.StartsWith("Assessment failed", cycle.ErrorMessage, StringComparison.Ordinal);

        var replay = await Replay.RunAsync(server.Home, cycle.OperationId, keep: null, Cancellation);

        Assert.True(replay.Same, Told(replay));
        Assert.Contains(
            replay.Parts,
            part => part is { Name: "end", Detail: { } end } && end == $"failed, {cycle.ErrorCode}"
        );

        var inside = Path.Combine(server.Home, "replay");
        var refused = await Assert.ThrowsAsync<KtrdrApiException>(() =>
            Replay.RunAsync(server.Home, cycle.OperationId, inside, Cancellation)
        );
        Assert.Equal("folder_not_empty", refused.Problem.Code);
        Assert.False(Directory.Exists(inside));
    }

    [Fact]
    public async Task A_conversation_that_was_allowed_more_rounds_than_usual_comes_out_again()
    {
        const int Drafts = 11;
        await using var claude = await LoopbackServer.StartAsync();
        var drafts = 0;
        claude.Answer = request =>
            !request.Tools.ContainsKey("save_assessment") && ++drafts <= Drafts
                ? Turn.ToolUse(
                    "validate_strategy_config",
                    new JsonObject { ["config"] = new JsonObject { ["name"] = $"draft_{drafts}" } }
                )
            : request.Tools.ContainsKey("save_assessment") ? Scenarios.Assessment()
            : Scenarios.Design(request);
        await using var server = await RunningServer.StartWithAsync(
            claude,
            ("AGENT_MAX_ITERATIONS", "20"),
            ("AGENT_MAX_INPUT_TOKENS", "900000"),
            ("AGENT_CYCLE_LIMIT", "unlimited"),
            ("AGENT_CALL_LIMIT", "unlimited"),
            ("AGENT_DAILY_BUDGET", "unlimited")
        );
        var cycle = await EndedAsync(server, new TriggerRequest { Seed = 1, BypassGates = true });
        Assert.Equal(("completed", null), (cycle.Status, cycle.ErrorMessage));

        var replay = await Replay.RunAsync(server.Home, cycle.OperationId, keep: null, Cancellation);

        Assert.True(replay.Same, Told(replay));
    }

    [Fact]
    public async Task Bars_that_are_gone_make_another_end_and_say_so()
    {
        await using var server = await RunningServer.StartWithAsync(("AGENT_PROVIDER", "local"));
        var cycle = await EndedAsync(server, new TriggerRequest { Seed = 1, BypassGates = true });
        foreach (var record in Directory.EnumerateFiles(Path.Combine(server.Home, "data"), "*.json"))
        {
            File.Delete(record);
        }

        var replay = await Replay.RunAsync(server.Home, cycle.OperationId, keep: null, Cancellation);

        Assert.False(replay.Same);
        var end = replay.Parts.Single(part => part.Name == "end");
        Assert.Equal(
            ("differs", true),
            (end.Outcome, end.Detail!.Contains("dataset_unusable", StringComparison.Ordinal))
        );
        Assert.Contains(replay.Parts, part => part is { Outcome: "missing", Detail: "in the replay" });
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_refused_with_the_reason()
    {
        await using var server = await RunningServer.StartAsync();
        var stub = await EndedAsync(server, new TriggerRequest());
        var design = (await server.Client.ChildrenAsync(stub.OperationId, Cancellation))[0];
        var full = RunningServer.NewHome();
        await File.WriteAllTextAsync(Path.Combine(full, "mine.txt"), "mine", Cancellation);

        Assert.Equal("unknown_operation", await RefusalAsync("op_gone"));
        Assert.Equal("not_a_cycle", await RefusalAsync(design.OperationId));
        Assert.Equal("nothing_to_replay", await RefusalAsync(stub.OperationId));

        await using var slow = await RunningServer.StartAsync(RunningServer.ForEver);
        var live = (await slow.Client.TriggerAsync(new TriggerRequest(), Cancellation)).OperationId;
        Assert.Equal("operation_live", await RefusalAsync(live, slow));
        await slow.Client.CancelCycleAsync(live, Cancellation);
        await slow.Client.WaitAsync(live, Cancellation);
        Assert.Equal("operation_cancelled", await RefusalAsync(live, slow));
        Directory.Delete(full, recursive: true);

        async Task<string?> RefusalAsync(string id, RunningServer? of = null) =>
            (
                await Assert.ThrowsAsync<KtrdrApiException>(() =>
                    Replay.RunAsync((of ?? server).Home, id, keep: null, Cancellation)
                )
            )
                .Problem
                .Code;
    }

    private static async Task<OperationView> EndedAsync(RunningServer server, TriggerRequest request)
    {
        var cycle = await server.Client.TriggerAsync(request, Cancellation);
        return await server.Client.WaitAsync(cycle.OperationId, Cancellation);
    }

    private static string Told(ReplayView replay) =>
        string.Join(
            '\n',
            replay.Parts.Select(part => $"{part.Outcome} {part.Name} {part.Detail}").Concat(replay.Notes)
        );
}
