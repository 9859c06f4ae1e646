using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.System.Tests;

/// <summary>What a collector gets of a cycle that a real server runs.</summary>
public sealed class TraceTests(SampleCycle sample)
{
    // The wire carries nanoseconds and the API milliseconds.
    private static readonly TimeSpan s_rounding = TimeSpan.FromMilliseconds(1);

    private static readonly string[] s_phases =
    [
        "agent.phase.design",
        "agent.phase.training",
        "agent.phase.backtest",
        "agent.phase.assessment",
    ];

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_cycle_is_one_trace_with_one_root_and_a_span_for_each_phase_as_long_as_the_phase(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = Home.Scripted("0.2");
        using var server = await home.ServeAsync(To(collector, protocol));
        var cycle = await server.TriggerAsync(new TriggerRequest());
        var end = await server.EndAsync(cycle);
        var trace = await TraceAsync(collector, end, spans => spans.Count(IsAttempt) == 5);

        var root = Assert.Single(trace, span => span.ParentId == "");
        Assert.Equal(("agent.research_cycle", "Ktrdr", "internal"), (root.Name, root.Scope, root.Kind));
        Assert.Equal((cycle, "agent_research", "completed"), Says(root));
        Assert.Equal(["training", "backtest"], Gates(root).Select(gate => gate["gate.name"]));
        Assert.All(Gates(root), gate => Assert.Equal(true, gate["gate.passed"]));
        var phases = trace.Where(span => span.ParentId == root.SpanId).OrderBy(span => span.Start).ToArray();
        Assert.Equal(s_phases, phases.Select(span => span.Name));
        var children = await server.Client.ChildrenAsync(cycle, server.Patience);
        foreach (var (operation, span) in children.Zip(phases).Append((end, root)))
        {
            Assert.Equal(operation.OperationId, span["operation.id"]);
            Assert.Equal(operation.StartedAt!.Value, span.Start, s_rounding);
            Assert.Equal(operation.CompletedAt!.Value, span.End, s_rounding);
        }

        Assert.Equal(Result(children[1], "accuracy"), phases[1].Attributes["accuracy"]);
        Assert.Equal(Result(children[1], "final_loss"), phases[1].Attributes["final_loss"]);
        Assert.Equal(Result(children[2], "sharpe_ratio"), phases[2].Attributes["sharpe_ratio"]);
        Assert.Equal(end.ResultSummary!.Value.GetProperty("verdict").GetString(), phases[3]["verdict"]);
        Assert.Equal("ktrdr", root.Resource["service.name"]);
        var node = Assert.Single(await server.Client.WorkersAsync(server.Patience)).Node;
        Assert.Equal(node, root.Resource["service.instance.id"]);
    }

    [Fact]
    public async Task Inside_the_phases_there_is_a_span_for_each_part_of_the_work()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = new Home();
        home.Write("short_lesson", await sample.StrategyAsync("short_lesson", epochs: 12));
        using var server = await home.ServeAsync(To(collector));
        var cycle = await server.TriggerAsync(
            new TriggerRequest
            {
                Strategy = "short_lesson",
                Seed = 1,
                BypassGates = true,
            }
        );
        var trace = await TraceAsync(collector, await server.EndAsync(cycle), spans => spans.Count(IsAttempt) == 4);

        Assert.Equal(
            ["training.data_loading", "training.epochs", "training.features", "training.labels"],
            Below(trace, "agent.phase.training")
        );
        Assert.Equal(
            ["backtest.data_loading", "backtest.features", "backtest.simulation"],
            Below(trace, "agent.phase.backtest")
        );
        var epochs = Assert.Single(trace, span => span.Name == "training.epochs").Events;
        Assert.Equal(
            Enumerable.Range(1, 12).Select(epoch => (object)(long)epoch),
            epochs.Select(each => each.Attributes["epoch"])
        );
    }

    [Fact]
    public async Task A_cycle_that_a_gate_turns_away_says_so_with_the_figures_and_is_no_error()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = Home.Scripted("0");
        using var server = await home.ServeAsync([.. To(collector), ("TRAINING_GATE_MIN_ACCURACY", "0.99")]);
        var cycle = await server.TriggerAsync(new TriggerRequest());
        var end = await server.EndAsync(cycle);
        var trace = await TraceAsync(collector, end, spans => spans.Count(IsAttempt) == 3);

        var root = Assert.Single(trace, span => span.ParentId == "");
        Assert.Equal(("refused", "unset"), (root["outcome"], root.Status));
        var gate = Assert.Single(Gates(root));
        Assert.Equal(false, gate["gate.passed"]);
        Assert.EndsWith((string)gate["gate.reason"]!, end.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(0.99, gate["gate.accuracy.bound"]);
    }

    [Fact]
    public async Task After_a_kill_the_resumed_work_is_in_the_same_trace_and_points_to_what_was_begun()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = Home.Scripted("1.5");
        string cycle;
        using (var server = await home.ServeAsync(To(collector)))
        {
            cycle = await server.TriggerAsync(new TriggerRequest());
            await server.PhaseAsync(cycle, "backtesting");
            await collector.WaitAsync(spans => spans.Any(span => span.Name == "agent.phase.training"));
            await server.KillAsync();
        }

        using var restarted = await home.ServeAsync([("STUB_WORKER_DELAY", "0"), .. To(collector)]);
        var end = await restarted.EndAsync(cycle);
        var trace = await TraceAsync(collector, end, spans => spans.Count(IsAttempt) == 5);

        var again = trace.Single(span => span.Name == "agent.research_cycle");
        Assert.Equal((cycle, "agent_research", "completed"), Says(again));
        Assert.Equal("2", again["operation.attempt"]);
        var first = Assert.Single(again.Links);
        Assert.Equal((again.TraceId, again.ParentId), (first.TraceId, first.SpanId));
        Assert.Equal(first.SpanId, Assert.Single(trace, span => span.Name == "agent.phase.training").ParentId);
        var assessed = Assert.Single(trace, span => span.Name == "agent.phase.assessment");
        Assert.Equal(again.SpanId, assessed.ParentId);
    }

    [Fact]
    public async Task Every_request_to_Claude_is_a_span_with_the_ledgers_tokens_and_without_its_words()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Named("corrected").Begin();
        const string Brief = "zanzibar-77412";
        using var home = new Home(
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", claude.Key),
            ("ANTHROPIC_BASE_URL", claude.Url)
        );
        using var server = await home.ServeAsync(To(collector));
        var cycle = await server.TriggerAsync(
            new TriggerRequest
            {
                Brief = Brief,
                Seed = 1,
                BypassGates = true,
            }
        );
        var trace = await TraceAsync(collector, await server.EndAsync(cycle), spans => spans.Count(IsAttempt) == 5);

        var calls = (await server.Client.CallsAsync(new CallFilter(Cycle: cycle), server.Patience)).Data.Reverse();
        var asked = trace.Where(span => span["gen_ai.operation.name"] == "chat").OrderBy(span => span.Start).ToArray();
        Assert.All(
            asked,
            span => Assert.Equal(($"chat {span["gen_ai.request.model"]}", "client"), (span.Name, span.Kind))
        );
        Assert.Equal(
            calls.Select(call =>
                (
                    call.InputTokens + call.CacheReadTokens + call.CacheWriteTokens,
                    call.OutputTokens,
                    call.CacheReadTokens
                )
            ),
            asked.Select(span =>
                (
                    (long)span.Attributes["gen_ai.usage.input_tokens"]!,
                    (long)span.Attributes["gen_ai.usage.output_tokens"]!,
                    (long)span.Attributes["gen_ai.usage.cache_read.input_tokens"]!
                )
            )
        );
        Assert.Equal("tool_use", asked[0]["gen_ai.response.finish_reasons"]);
        Assert.Equal(
            [
                "execute_tool validate_strategy_config",
                "execute_tool save_strategy_config",
                "execute_tool save_strategy_config",
                "execute_tool save_assessment",
            ],
            trace
                .Where(span => span["gen_ai.tool.name"] is not null)
                .OrderBy(span => span.Start)
                .Select(span => span.Name)
        );
        var said = string.Join('\n', collector.Spans.SelectMany(Words));
        Assert.DoesNotContain(Brief, said, StringComparison.Ordinal);
        Assert.DoesNotContain(claude.Key, said, StringComparison.Ordinal);
        Assert.DoesNotContain("slip of the pen", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_asks_for_them_gets_the_words_and_never_the_key()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Cycle(seed: 3, small: true);
        const string Brief = "zanzibar-77412";
        using var home = new Home(
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", claude.Key),
            ("ANTHROPIC_BASE_URL", claude.Url),
            ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
        );
        using var server = await home.ServeAsync(To(collector));
        var cycle = await server.TriggerAsync(new TriggerRequest { Brief = Brief, Seed = 1 });
        await server.EndAsync(cycle);
        var spans = await collector.WaitAsync(spans => spans.Any(span => span["gen_ai.operation.name"] == "chat"));

        var asked = spans.First(span => span["gen_ai.operation.name"] == "chat");
        Assert.Contains(Brief, asked["gen_ai.input.messages"], StringComparison.Ordinal);
        Assert.Contains("save_strategy_config", asked["gen_ai.output.messages"], StringComparison.Ordinal);
        Assert.DoesNotContain(
            claude.Key,
            string.Join('\n', collector.Spans.SelectMany(Words)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Requests_are_traced_by_what_they_asked_and_probes_are_not()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = Home.Scripted("0");
        using var server = await home.ServeAsync(To(collector));
        await server.Client.ReadyAsync(server.Patience);
        var cycle = await server.TriggerAsync(new TriggerRequest());
        var spans = await collector.WaitAsync(spans =>
            spans.Any(span => span.Kind == "server" && span["operation.id"] == cycle)
        );

        var request = spans.First(span => span.Kind == "server" && span["operation.id"] == cycle);
        Assert.Equal("/api/v1/agent/trigger", request["url.path"]);
        Assert.NotEqual((await server.ShowAsync(cycle)).TraceId, request.TraceId);
        Assert.DoesNotContain(
            collector.Spans,
            span => span["url.path"] is { } path && path.StartsWith("/health", StringComparison.Ordinal)
        );
    }

    /// <summary>Settings that send everything to a collector, soon.</summary>
    internal static (string Key, string Value)[] To(OtlpReceiver collector, string protocol = "http/protobuf") =>
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", protocol == "grpc" ? collector.GrpcUrl : collector.HttpUrl),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ];

    private static async Task<IReadOnlyList<ReceivedSpan>> TraceAsync(
        OtlpReceiver collector,
        OperationView cycle,
        Predicate<IReadOnlyList<ReceivedSpan>> whole
    )
    {
        var spans = await collector.WaitAsync(spans => whole(Of(spans)));
        return Of(spans);

        IReadOnlyList<ReceivedSpan> Of(IReadOnlyList<ReceivedSpan> spans) =>
            [.. spans.Where(span => span.TraceId == cycle.TraceId)];
    }

    /// <summary>Whether it is the span of an attempt at an operation.</summary>
    internal static bool IsAttempt(ReceivedSpan span) => span["operation.attempt"] is not null;

    private static (string?, string?, string?) Says(ReceivedSpan span) =>
        (span["operation.id"], span["operation.type"], span["outcome"]);

    private static IEnumerable<IReadOnlyDictionary<string, object?>> Gates(ReceivedSpan span) =>
        span.Events.Where(happened => happened.Name == "gate").Select(happened => happened.Attributes);

    private static IEnumerable<string> Below(IReadOnlyList<ReceivedSpan> trace, string name)
    {
        var above = trace.Single(span => span.Name == name);
        return trace
            .Where(span => span.ParentId == above.SpanId && span.Scope == "Ktrdr")
            .Select(span => span.Name)
            .Order();
    }

    private static double Result(OperationView operation, string figure) =>
        operation.ResultSummary!.Value.GetProperty(figure).GetDouble();

    private static IEnumerable<string> Words(ReceivedSpan span) =>
        [
            span.Name,
            .. span
                .Attributes.Concat(span.Events.SelectMany(happened => happened.Attributes))
                .Select(said => $"{said.Key}={said.Value}"),
        ];
}
