using System.Text.Json;
using Anthropic.Exceptions;
using Ktrdr.Loopback;

namespace Ktrdr.Agent.Tests;

/// <summary>Each fault looks to the official package as the real one would, and is billed by the rule for it.</summary>
public sealed class FaultTests
{
    public static TheoryData<string> Refusals => ["429", "429 spend", "400 credit", "529", "500", "503"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_error_before_a_message_costs_nothing_and_names_its_status(string which)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        var fault = (Fault.Refused)(
            which switch
            {
                "429" => Fault.RateLimit(7),
                "429 spend" => Fault.SpendLimit,
                "400 credit" => Fault.CreditTooLow,
                "529" => Fault.Overloaded,
                "500" => Fault.InternalError,
                _ => Fault.Unavailable,
            }
        );
        server.Enqueue(fault);

        var refused = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => package.StreamAsync(RealPackage.Ask()));

        Assert.Equal(int.Parse(which.Split(' ')[0]), (int)refused.StatusCode);
        var envelope = JsonElement.Parse(refused.ResponseBody);
        Assert.Equal("error", envelope.GetProperty("type").GetString());
        Assert.Equal(fault.Type, envelope.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(server.Bill.Entries.Single().RequestId, envelope.GetProperty("request_id").GetString());
        Assert.Equal(0, server.Bill.Total);
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_come_back()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Fault.RateLimit(7));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url + "/v1/messages")
        {
            Content = new StringContent(RealPackage.Ask().ToJsonString(), null, "application/json"),
        };
        request.Headers.Add("x-api-key", server.Key);
        request.Headers.Add("anthropic-version", "2023-06-01");

        using var response = await http.SendAsync(request);

        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("reset before headers", 0)]
    [InlineData("reset after headers", 0)]
    [InlineData("reset after 3", 2)] // the package keeps pings to itself
    [InlineData("garbage after 3", 2)]
    [InlineData("error after 3", 2)]
    public async Task A_reply_that_breaks_raises_and_is_billed_at_the_most_it_could_cost(string which, int heard)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(
            which switch
            {
                "reset before headers" => Fault.ResetBeforeHeaders,
                "reset after headers" => Fault.ResetAfter(0),
                "reset after 3" => Fault.ResetAfter(3),
                "garbage after 3" => Fault.GarbageAfter(3),
                _ => Fault.ErrorAfter(3),
            }
        );
        var events = 0;

        await Assert.ThrowsAnyAsync<Exception>(() => package.StreamAsync(RealPackage.Ask(), heard: () => events++));

        Assert.InRange(events, 0, heard);
        await AssertBroken(server);
    }

    [Fact]
    public async Task A_reply_that_ends_without_its_end_raises_nothing_and_is_billed_at_the_most()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Fault.EndAfter(4));

        var events = await package.StreamAsync(RealPackage.Ask());

        Assert.Equal("content_block_delta", events[^1].GetProperty("type").GetString());
        await AssertBroken(server);
    }

    [Fact]
    public async Task An_error_in_the_place_of_the_first_event_costs_nothing()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Fault.ErrorAfter(0));

        await Assert.ThrowsAsync<AnthropicSseException>(() => package.StreamAsync(RealPackage.Ask()));

        await server.Bill.ClosedAsync();
        Assert.Equal(ExchangeEnd.Refused, server.Bill.Entries.Single().End);
        Assert.Equal(0, server.Bill.Total);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(4)]
    public async Task A_stalled_reply_goes_on_once_it_is_released(int after)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(after < 0 ? Fault.Hang : Fault.StallAfter(after));

        var reading = package.StreamAsync(RealPackage.Ask());
        await server.WaitForStallAsync(1);
        Assert.False(reading.IsCompleted);
        server.Release();

        Assert.Equal("message_stop", (await reading)[^1].GetProperty("type").GetString());
        Assert.Equal(ExchangeEnd.Whole, server.Bill.Entries.Single().End);
    }

    [Fact]
    public async Task A_client_that_leaves_a_stalled_reply_pays_the_most_it_could_cost()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        using var leaving = new CancellationTokenSource();
        server.Enqueue(Fault.StallAfter(4));

        var reading = package.StreamAsync(RealPackage.Ask(), leaving.Token);
        await server.WaitForStallAsync(1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await AssertBroken(server);
    }

    [Fact]
    public async Task A_slow_reply_arrives_whole()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("It rained.").Failing(new Fault.Slow(TimeSpan.FromMilliseconds(1))));

        var events = await package.StreamAsync(RealPackage.Ask());

        Assert.Equal("message_stop", events[^1].GetProperty("type").GetString());
        Assert.Equal(ExchangeEnd.Whole, server.Bill.Entries.Single().End);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(529)]
    public async Task Tokens_need_not_be_counted(int status)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.CountFault = status == 404 ? LoopbackServer.NoCounting : (Fault.Refused)Fault.Overloaded;
        server.Enqueue(Fault.EndAfter(4));
        var request = RealPackage.Ask();

        var refused = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => package.CountAsync(request));
        await package.StreamAsync(request);

        Assert.Equal(status, (int)refused.StatusCode);
        // Where nobody counted, the most a prompt can have is a token a byte: of all that was sent.
        await server.Bill.ClosedAsync();
        var sent = (await server.WaitForRequestAsync(1)).Text.Length;
        Assert.Equal((sent * 5_000) + (1_000 * 20_000), server.Bill.Total);
    }

    [Fact]
    public async Task A_reply_that_was_sent_and_is_not_held_costs_the_most_it_could()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("It rained."));

        await package.StreamAsync(RealPackage.Ask());

        var entry = server.Bill.Entries.Single();
        Assert.Equal(entry.Exact, entry.CostWhen(received: true));
        Assert.Equal(entry.Most, entry.CostWhen(received: false));
        Assert.True(entry.Most > entry.Exact);
    }

    private static async Task AssertBroken(LoopbackServer server)
    {
        await server.Bill.ClosedAsync();
        var entry = server.Bill.Entries.Single();
        Assert.Equal(ExchangeEnd.Broken, entry.End);
        Assert.Equal(entry.Most, server.Bill.Total);
        Assert.True(entry.Most > 0);
    }
}
