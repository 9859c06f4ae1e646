using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ktrdr.Loopback;
using Ktrdr.Operations;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>What goes wrong on the way is tried again where that helps, said at once where it does not, and charged by what can
/// be known.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    // Longer than any wait between attempts, so that the hurried clock leaves these alone.
    private static readonly Patience s_patient = new()
    {
        Connect = TimeSpan.FromMinutes(1),
        Count = TimeSpan.FromMinutes(1),
    };

    private readonly string _home = Directory.CreateTempSubdirectory("ktrdr-till-").FullName;
    private readonly Hurry _time = new();
    private LoopbackServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task An_overloaded_provider_is_asked_three_times_and_costs_nothing()
    {
        _server.Enqueue(Fault.Overloaded, Fault.InternalError, Fault.Unavailable);
        await using var till = await OpenAsync();

        var bought = await till.BuyAsync("exchange-1");
        var error = bought.Error!;

        Assert.Equal("model_unavailable", error.Code);
        Assert.Contains("No reply in 3 attempts", error.Message);
        Assert.Contains("Service unavailable (503 api_error)", error.Message);
        Assert.Equal(3, _server.Messages.Count);
        // Two seconds, then four, each less up to half of it by the operation's own chance; a timer counts milliseconds.
        Assert.Collection(
            _time.Waits,
            first =>
                Assert.Equal(1 + Retries.Chance(bought.Id, "exchange-1/attempt-1.1", 1), first.TotalSeconds, 0.001),
            second =>
                Assert.Equal(
                    2 + (2 * Retries.Chance(bought.Id, "exchange-1/attempt-1.2", 2)),
                    second.TotalSeconds,
                    0.001
                )
        );
        Assert.Equal(
            ["exchange-1/attempt-1.1", "exchange-1/attempt-1.2", "exchange-1/attempt-1.3"],
            (await till.PaymentsAsync()).Select(paid => paid.Key)
        );
        Assert.Equal(0, await till.ChargedAsync());
    }

    [Fact]
    public async Task A_short_rate_limit_is_waited_for_as_asked()
    {
        _server.Enqueue(Fault.RateLimit(7), Turn.Text("Welcome back."));
        await using var till = await OpenAsync();

        Assert.Equal(OperationStatus.Completed, (await till.BuyAsync("exchange-1")).Status);

        Assert.Equal([TimeSpan.FromSeconds(7)], _time.Waits);
        Assert.Equal(_server.Bill.Total, await till.ChargedAsync());
    }

    [Fact]
    public async Task A_rate_limit_of_an_hour_is_not_obeyed_but_said()
    {
        _server.Enqueue(Fault.RateLimit(3600));
        await using var till = await OpenAsync();

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal("model_unavailable", error.Code);
        Assert.Contains("asked again in 3600 s", error.Message);
        Assert.Matches(@"^Try again after \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.$", error.Next!);
        Assert.Empty(_time.Waits);
        Assert.Single(_server.Messages);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("soon")]
    public async Task A_wait_that_makes_no_sense_is_as_good_as_none(string wait)
    {
        _server.Enqueue(new Fault.Refused(429, "rate_limit_error", "Slow down.", wait), Turn.Text("Welcome back."));
        await using var till = await OpenAsync();

        Assert.Equal(OperationStatus.Completed, (await till.BuyAsync("exchange-1")).Status);

        Assert.InRange(Assert.Single(_time.Waits).TotalSeconds, 1, 2);
        Assert.Equal(_server.Bill.Total, await till.ChargedAsync());
    }

    [Fact]
    public async Task An_error_in_words_that_are_no_JSON_is_an_error_all_the_same()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var enough = new CancellationTokenSource();
        var answering = AnswerAsync(listener, "event: error\ndata: } what {\n\n", enough.Token);
        await using var till = await OpenAsync(options =>
            options with
            {
                BaseUrl = new Uri($"http://{listener.LocalEndpoint}"),
            }
        );

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal("model_request_refused", error.Code);
        Assert.Contains("an error instead of a reply", error.Message);
        Assert.Equal(0, await till.ChargedAsync());
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    [Fact]
    public async Task A_spend_limit_is_not_tried_again()
    {
        foreach (var fault in (Fault[])[Fault.SpendLimit, Fault.CreditTooLow])
        {
            _server.Enqueue(fault);
            await using var till = await OpenAsync();

            var error = (await till.BuyAsync("exchange-1")).Error!;

            Assert.Equal("provider_spend_limit", error.Code);
            Assert.Contains("console", error.Next);
        }

        Assert.Equal(2, _server.Messages.Count);
        Assert.Empty(_time.Waits);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", "model_request_refused")]
    [InlineData(401, "authentication_error", "api_key_refused")]
    [InlineData(403, "permission_error", "api_key_refused")]
    [InlineData(404, "not_found_error", "model_not_found")]
    [InlineData(413, "request_too_large", "model_request_refused")]
    [InlineData(402, "billing_error", "provider_spend_limit")]
    public async Task A_refusal_that_would_be_repeated_is_not_asked_for_again(int status, string type, string code)
    {
        _server.Enqueue(new Fault.Refused(status, type, "No."));
        await using var till = await OpenAsync();

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal(code, error.Code);
        Assert.Contains($"No. ({status} {type})", error.Message);
        Assert.NotEmpty(error.Next!);
        Assert.Single(_server.Messages);
        Assert.Equal(0, await till.ChargedAsync());
    }

    [Fact]
    public async Task A_stream_without_its_end_is_charged_in_full_and_its_tool_call_is_not_used()
    {
        var save = Turn.ToolUse("save", new JsonObject { ["name"] = "cut" });
        // message_start, ping, block start, one delta, block stop, message_delta: all but message_stop.
        _server.Enqueue(save.Failing(Fault.EndAfter(6)), Turn.Text("Whole."));
        await using var till = await OpenAsync();

        var bought = await till.BuyAsync("exchange-1");

        var kept = await till.Operations.RecordedAsync<Exchange>(bought.Id, "exchange-1", CancellationToken.None);
        Assert.Equal("Whole.", (string?)kept!.Reply.Content.Single()!["text"]);
        Assert.Equal([ExchangeEnd.Broken, ExchangeEnd.Whole], _server.Bill.Entries.Select(entry => entry.End));
        Assert.Equal(["unknown", "settled"], (await till.PaymentsAsync()).Select(paid => paid.Outcome));
        Assert.Equal(_server.Bill.Total, await till.ChargedAsync());
    }

    [Fact]
    public async Task A_connection_that_breaks_is_charged_in_full_and_tried_again()
    {
        _server.Enqueue(Fault.ResetBeforeHeaders, Fault.ResetAfter(3), Turn.Text("Third time."));
        await using var till = await OpenAsync();

        Assert.Equal(OperationStatus.Completed, (await till.BuyAsync("exchange-1")).Status);

        await _server.Bill.ClosedAsync();
        Assert.Equal(_server.Bill.Total, await till.ChargedAsync());
    }

    [Fact]
    public async Task An_error_in_the_place_of_a_reply_is_free_and_one_in_its_middle_is_not()
    {
        _server.Enqueue(Fault.ErrorAfter(0), Fault.ErrorAfter(4), Turn.Text("Third time."));
        await using var till = await OpenAsync();

        Assert.Equal(OperationStatus.Completed, (await till.BuyAsync("exchange-1")).Status);

        var payments = await till.PaymentsAsync();
        Assert.Equal(["settled", "unknown", "settled"], payments.Select(paid => paid.Outcome));
        Assert.Equal(Money.Zero, payments[0].Settled);
        Assert.Equal(_server.Bill.Total, await till.ChargedAsync());
    }

    [Fact]
    public async Task An_event_nobody_knows_is_passed_over()
    {
        _server.Enqueue(Turn.Text("Clear.").Failing(new Fault.Strange()));
        await using var till = await OpenAsync();

        Assert.Equal(OperationStatus.Completed, (await till.BuyAsync("exchange-1")).Status);
    }

    [Fact]
    public async Task Three_broken_attempts_are_charged_three_times_and_then_given_up()
    {
        _server.Enqueue(Fault.EndAfter(3), Fault.EndAfter(3), Fault.EndAfter(3));
        await using var till = await OpenAsync();

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal("model_unavailable", error.Code);
        Assert.Contains("(cut)", error.Message);
        Assert.Equal(_server.Bill.Total, await till.ChargedAsync());
        Assert.True(_server.Bill.Total > 0);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_costs_nothing()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: nobody answers, and nobody else can take it
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var till = await OpenAsync(options =>
            options with
            {
                BaseUrl = new Uri($"http://127.0.0.1:{port}"),
            }
        );

        var error = (await till.BuyAsync("exchange-1")).Error!;

        Assert.Equal("model_unavailable", error.Code);
        Assert.Contains($"127.0.0.1:{port} cannot be reached", error.Message);
        Assert.Equal(3, (await till.PaymentsAsync()).Count);
        Assert.Equal(0, await till.ChargedAsync());
    }

    [Fact]
    public async Task A_planted_key_is_in_no_log_no_error_and_no_record()
    {
        const string Planted = "sk-ant-planted-8d1f";
        await using var talkative = await LoopbackServer.StartAsync(new LoopbackOptions { Key = Planted });
        talkative.Enqueue(
            Turn.Text("Fine."),
            Fault.Overloaded,
            new Fault.Refused(400, "invalid_request_error", $"The key {Planted} may not do this.")
        );
        string log;
        Operation bought;
        await using (
            var till = await OpenAsync(_ => new AgentOptions
            {
                Key = new Secret(Planted),
                BaseUrl = new Uri(talkative.Url),
            })
        )
        {
            bought = await till.BuyAsync("exchange-1", "exchange-2");
            log = till.Log;
        }

        Assert.Equal("The key *** may not do this. (400 invalid_request_error)", Said(bought.Error!.Message));
        Assert.Contains(Planted, string.Join(' ', talkative.Messages[0].Headers.Values));
        Assert.NotEmpty(log);
        Assert.DoesNotContain(Planted, log);
        Assert.All(
            Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain(Planted, Encoding.Latin1.GetString(File.ReadAllBytes(file)))
        );

        static string Said(string message) => message["The provider refused the request: ".Length..].TrimEnd('.');
    }

    [Fact]
    public async Task What_is_asked_and_answered_is_in_the_record_and_in_no_log()
    {
        _server.Enqueue(Fault.EndAfter(5), Turn.Text("An answer for nobody else."));
        await using var till = await Till.OpenAsync(
            _home,
            Till.Options(_server) with
            {
                Patience = s_patient,
            },
            time: _time,
            shopper: new Shopper { Request = _ => Shopper.Opus("A question for nobody else.") }
        );

        var bought = await till.BuyAsync("exchange-1");

        var kept = await till.Operations.RecordedAsync<Exchange>(bought.Id, "exchange-1", CancellationToken.None);
        Assert.Contains("A question for nobody else.", kept!.Request.ToJsonString());
        Assert.Contains("An answer for nobody else.", kept.Reply.Content.ToJsonString());
        Assert.NotEmpty(till.Log);
        Assert.DoesNotContain("for nobody else", till.Log);
        Assert.DoesNotContain("nobody is meant to read it", till.Log);
    }

    /// <summary>Answers every request with the same events; nothing is counted.</summary>
    private static async Task AnswerAsync(TcpListener listener, string events, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var caller = await listener.AcceptTcpClientAsync(cancellationToken);
            await using var stream = caller.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var (counting, length) = (false, 0);
            while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            {
                counting |= line.Contains("count_tokens", StringComparison.Ordinal);
                length = line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)
                    ? int.Parse(line["content-length:".Length..])
                    : length;
            }

            await reader.ReadBlockAsync(new char[length], cancellationToken);
            var answer = counting
                ? "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{events}";
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), cancellationToken);
        }
    }

    private Task<Till> OpenAsync(Func<AgentOptions, AgentOptions>? options = null) =>
        Till.OpenAsync(
            _home,
            (options ?? (usual => usual))(Till.Options(_server)) with
            {
                Patience = s_patient,
            },
            time: _time
        );
}
