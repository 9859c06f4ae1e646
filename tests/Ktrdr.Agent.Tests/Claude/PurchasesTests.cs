using System.Text;
using System.Text.Json.Nodes;
using Ktrdr.Loopback;
using Ktrdr.Operations;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>Every reply is paid for once, exactly, and within its limits. Real package, real server, real ledger; what a reply
/// costs is what the server's own bill says.</summary>
public sealed class PurchasesTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("ktrdr-till-").FullName;
    private LoopbackServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_cached_exchange_is_charged_to_the_nano_dollar()
    {
        _server.Enqueue(Turn.Text("One."), Turn.Text("Two."));
        await using var till = await OpenAsync();

        Assert.Equal(OperationStatus.Completed, (await till.BuyAsync("exchange-1", "exchange-2")).Status);

        var payments = await till.PaymentsAsync();
        Assert.Equal(
            _server.Bill.Entries.Select(entry => entry.Exact),
            payments.Select(paid => paid.Settled!.Value.Nano)
        );
        var second = _server.Bill.Entries[1];
        Assert.True(second.Usage!.CacheRead > 1_000);
        Assert.Equal(
            (second.Usage.Input, second.Usage.Output, second.Usage.CacheRead, 0L, second.MessageId, "end_turn"),
            (
                (long)payments[1].Usage["input_tokens"]!,
                (long)payments[1].Usage["output_tokens"]!,
                (long)payments[1].Usage["cache_read_tokens"]!,
                (long)payments[1].Usage["cache_write_tokens"]!,
                (string?)payments[1].Usage["message_id"],
                (string?)payments[1].Usage["stop_reason"]
            )
        );
        Assert.Equal(
            """{"model":"claude-opus-5-5","phase":"designing","prompt_tokens":1614,"counted_by":"provider","max_tokens":4096}""",
            Known(payments[0].About, _server.Bill.Entries[0].Usage!.Prompt)
        );
    }

    [Fact]
    public async Task A_prompt_in_Haikus_second_band_is_charged_by_it()
    {
        _server.Enqueue(Turn.Text("That was long."));
        await using var till = await OpenAsync(
            shopper: new Shopper { Request = _ => Shopper.Opus(new string('x', 420_000), "claude-haiku-5-5") }
        );

        await till.BuyAsync("exchange-1");

        var usage = _server.Bill.Entries[0].Usage!;
        Assert.True(usage.Prompt > 100_000);
        Assert.Equal(
            (usage.Input * 500) + (usage.Output * 2_500) + (usage.CacheWrite5Minutes * 625),
            await till.ChargedAsync()
        );
    }

    [Fact]
    public async Task What_is_recorded_is_what_went_out_and_what_came_back()
    {
        _server.Enqueue(
            Turn.ToolUse("save", new JsonObject { ["name"] = "é", ["n"] = 1.5 })
                .AfterThinking("A thought of some length.")
        );
        await using var till = await OpenAsync();

        var bought = await till.BuyAsync("exchange-1");

        var kept = await till.Operations.RecordedAsync<Exchange>(bought.Id, "exchange-1", CancellationToken.None);
        Assert.True(JsonNode.DeepEquals(_server.Messages[0].Body, kept!.Request));
        Assert.Equal("tool_use", kept.Reply.StopReason);
        Assert.Equal(_server.Bill.Entries[0].MessageId, kept.Reply.MessageId);
        Assert.Equal(["thinking", "tool_use"], kept.Reply.Content.Select(block => (string?)block!["type"]));
        Assert.Equal("A thought of some length.", (string?)kept.Reply.Content[0]!["thinking"]);
        Assert.True(
            JsonNode.DeepEquals(new JsonObject { ["name"] = "é", ["n"] = 1.5 }, kept.Reply.Content[1]!["input"])
        );
    }

    [Fact]
    public async Task A_reply_is_bought_once_when_the_operation_is_run_again()
    {
        _server.Enqueue(Turn.Text("Once."));
        var shopper = new Shopper { Leaving = new TaskCompletionSource().Task };
        Operation started;
        await using (var before = await OpenAsync(shopper: shopper))
        {
            started = await before.StartAsync("exchange-1");
            await shopper.Served.Task.WaitAsync(LoopbackServer.Patience);
        }

        await using var after = await OpenAsync();
        var ended = await after.EndOf(started.Id);

        Assert.Equal((OperationStatus.Completed, 2), (ended.Status, ended.Attempt));
        Assert.Single(_server.Messages);
        Assert.Equal(_server.Bill.Total, await after.ChargedAsync());
    }

    [Fact]
    public async Task A_request_that_a_shutdown_cut_off_is_charged_in_full_and_made_again_under_another_key()
    {
        _server.Enqueue(Fault.Hang, Turn.Text("At last."));
        Operation started;
        await using (var before = await OpenAsync())
        {
            started = await before.StartAsync("exchange-1");
            await _server.WaitForRequestAsync(1);
        }

        await using var after = await OpenAsync();
        Assert.Equal(OperationStatus.Completed, (await after.EndOf(started.Id)).Status);

        await _server.Bill.ClosedAsync();
        var payments = await after.PaymentsAsync();
        Assert.Equal(["exchange-1/attempt-1.1", "exchange-1/attempt-2.1"], payments.Select(paid => paid.Key));
        Assert.Equal(["unknown", "settled"], payments.Select(paid => paid.Outcome));
        Assert.Equal(_server.Bill.Total, await after.ChargedAsync());
    }

    [Fact]
    public async Task Where_nobody_counts_a_prompt_is_taken_for_a_token_a_byte()
    {
        _server.CountFault = LoopbackServer.NoCounting;
        _server.Enqueue(Turn.Text("Fine."));
        await using var till = await OpenAsync(shopper: new Shopper { Request = _ => Shopper.Opus("é + <b> & 漢") });

        await till.BuyAsync("exchange-1");

        var about = (await till.PaymentsAsync())[0].About;
        Assert.Equal("bytes", (string?)about["counted_by"]);
        Assert.Equal(Encoding.UTF8.GetByteCount(_server.Messages[0].Text), (long)about["prompt_tokens"]!);
    }

    [Fact]
    public async Task The_reply_is_allowed_what_the_day_leaves()
    {
        _server.Enqueue(Turn.Text("Short."));
        await using var till = await OpenAsync(daily: 0.05m);

        await till.BuyAsync("exchange-1");

        // Every prompt token may be written to the cache at 5,000; what is left of 50,000,000 buys reply tokens at 20,000.
        var prompt = _server.Bill.Entries[0].Usage!.Prompt;
        Assert.Equal((50_000_000 - (prompt * 5_000)) / 20_000, _server.Messages[0].MaxTokens);
        Assert.True((await till.PaymentsAsync())[0].Reserved <= Money.FromDollars(0.05m));
    }

    [Fact]
    public async Task A_day_that_leaves_too_little_refuses_with_the_figures_and_asks_nobody()
    {
        await using var till = await OpenAsync(daily: 0.02m);

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal("budget_exhausted", error.Code);
        Assert.Contains("prompt tokens and $0.02048 for 1024 tokens of reply", error.Message);
        Assert.Contains(
            "Of the daily limit of $0.02 there is $0.02 left: $0.00 settled, $0.00 reserved.",
            error.Message
        );
        Assert.Contains("It resets at 2", error.Message);
        Assert.Contains("AGENT_DAILY_BUDGET", error.Next);
        Assert.Empty(_server.Messages);
        Assert.Empty(await till.PaymentsAsync());
    }

    [Fact]
    public async Task A_cycle_that_has_spent_its_limit_is_refused_by_that_limit()
    {
        _server.Enqueue(Turn.Text("One."), Turn.Text("Two."));
        await using var till = await OpenAsync(options => options with { CycleLimit = Money.FromDollars(0.03m) });

        var error = (await till.BuyAsync("exchange-1", "exchange-2")).Error!;

        Assert.Equal("budget_exhausted", error.Code);
        Assert.Contains("Of the cycle's limit of $0.03 there is ", error.Message);
        Assert.Contains("AGENT_CYCLE_LIMIT", error.Next);
        Assert.Single(_server.Messages);
    }

    [Fact]
    public async Task One_request_is_kept_to_its_own_limit()
    {
        _server.Enqueue(Turn.Text("Short."));
        await using var till = await OpenAsync(options => options with { CallLimit = Money.FromDollars(0.04m) });
        await till.BuyAsync("exchange-1");

        var prompt = _server.Bill.Entries[0].Usage!.Prompt;
        Assert.Equal((40_000_000 - (prompt * 5_000)) / 20_000, _server.Messages[0].MaxTokens);
    }

    [Fact]
    public async Task One_request_that_needs_more_than_its_limit_is_refused_by_that_limit()
    {
        await using var till = await OpenAsync(options => options with { CallLimit = Money.FromDollars(0.02m) });

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal("budget_exhausted", error.Code);
        Assert.Contains("One request may cost $0.02 at most.", error.Message);
        Assert.Contains("AGENT_CALL_LIMIT", error.Next);
        Assert.Empty(_server.Messages);
    }

    [Fact]
    public async Task Cancelling_ends_a_hanging_request_at_once_and_charges_all_that_was_held_back()
    {
        _server.Enqueue(Fault.Hang);
        await using var till = await OpenAsync();
        var started = await till.StartAsync("exchange-1");
        await _server.WaitForRequestAsync(1);

        await till.Operations.CancelAsync(started.Id, null, CancellationToken.None);

        Assert.Equal(OperationStatus.Cancelled, (await till.EndOf(started.Id)).Status);
        await _server.Bill.ClosedAsync(); // the connection is gone too
        var payment = Assert.Single(await till.PaymentsAsync());
        Assert.Equal(("unknown", payment.Reserved), (payment.Outcome, payment.Settled!.Value));
        Assert.Equal(_server.Bill.Total, payment.Settled.Value.Nano);
    }

    [Fact]
    public async Task Cancelling_ends_a_wait_between_attempts()
    {
        _server.Enqueue(Fault.RateLimit(30), Turn.Text("Too late."));
        await using var till = await OpenAsync();
        var started = await till.StartAsync("exchange-1");
        await foreach (var happened in till.Operations.WatchAsync(started.Id, 0, CancellationToken.None))
        {
            if (
                (await till.Operations.FindAsync(started.Id, CancellationToken.None))!.Progress.CurrentStep.Contains(
                    "30 s"
                )
            )
            {
                await till.Operations.CancelAsync(started.Id, null, CancellationToken.None);
            }
        }

        Assert.Equal(OperationStatus.Cancelled, (await till.EndOf(started.Id)).Status);
        Assert.Single(_server.Messages);
        Assert.Equal(0, await till.ChargedAsync());
    }

    [Fact]
    public async Task Whoever_took_up_the_work_without_a_key_says_so_with_a_way_on_and_buys_nothing()
    {
        await using var till = await OpenAsync(options => options with { Key = null });

        var ended = await till.BuyAsync("exchange-1");

        Assert.Equal((OperationStatus.Failed, "no_api_key"), (ended.Status, ended.Error?.Code));
        Assert.Contains("--roles training,backtesting", ended.Error?.Next);
        Assert.Contains($"ktrdr operations resume {ended.RootId}", ended.Error?.Next);
        Assert.Empty(await till.PaymentsAsync());
    }

    private Task<Till> OpenAsync(
        Func<AgentOptions, AgentOptions>? options = null,
        decimal? daily = 5,
        Shopper? shopper = null
    ) => Till.OpenAsync(_home, (options ?? (usual => usual))(Till.Options(_server)), daily, shopper: shopper);

    // The count is the server's, not ours: put in the place of the example's.
    private static string Known(JsonObject about, long prompt)
    {
        Assert.Equal(prompt, (long)about["prompt_tokens"]!);
        about["prompt_tokens"] = 1_614;
        return about.ToJsonString();
    }
}
