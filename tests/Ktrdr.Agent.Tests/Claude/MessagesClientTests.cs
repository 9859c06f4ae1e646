using System.Net;
using System.Net.Sockets;
using System.Text;
using Ktrdr.Loopback;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>One request is sent once, watched while it lasts, and ends in one of three ways.</summary>
public sealed class MessagesClientTests : IAsyncLifetime
{
    private static readonly TimeSpan s_never = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    private static readonly Patience s_patient = new()
    {
        Connect = s_never,
        FirstEvent = s_never,
        Idle = s_never,
        Count = s_never,
    };

    private const string Begin =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n";

    private LoopbackServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_reply_that_does_not_begin_in_time_is_given_up()
    {
        _server.Enqueue(Fault.Hang);
        using var client = Client(s_patient with { FirstEvent = s_moment });

        Assert.Equal(
            new Answer.Unknown(Silence.NeverBegan, "no reply began within 0.1 s"),
            await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)
        );
    }

    [Fact]
    public async Task A_reply_that_stalls_is_given_up_although_its_connection_lives()
    {
        _server.Enqueue(Fault.StallAfter(4));
        using var client = Client(s_patient with { Idle = s_moment });

        Assert.Equal(
            new Answer.Unknown(Silence.Stalled, "nothing more came for 0.1 s"),
            await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)
        );
        await _server.Bill.ClosedAsync();
    }

    [Fact]
    public async Task A_reply_that_takes_too_long_in_all_is_given_up()
    {
        _server.Enqueue(Fault.StallAfter(4));
        using var client = Client(s_patient, seconds: 0.2);

        Assert.Equal(
            new Answer.Unknown(Silence.TimedOut, "no whole reply within 0.2 s"),
            await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)
        );
    }

    [Fact]
    public async Task Pings_are_signs_of_life()
    {
        // Twelve pings outlast the time to be idle four times over; the package itself says nothing about them.
        const string End =
            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        await using var odd = new OddServer(
            [
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + Begin,
                .. Enumerable.Repeat("event: ping\ndata: {\"type\":\"ping\"}\n\n", 12),
                End,
            ],
            TimeSpan.FromMilliseconds(250)
        );
        using var client = Client(s_patient with { Idle = TimeSpan.FromSeconds(2) }, odd.Url);

        Assert.IsType<Answer.Answered>(await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None));
    }

    [Fact]
    public async Task Giving_up_is_no_time_out()
    {
        _server.Enqueue(Fault.Hang);
        using var client = Client(s_patient);
        using var wish = new CancellationTokenSource();
        var sending = client.SendAsync(Shopper.Opus("Hello?"), wish.Token);
        await _server.WaitForRequestAsync(1);

        await wish.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await _server.Bill.ClosedAsync();
    }

    [Fact]
    public async Task A_machine_that_takes_no_connection_is_given_up_and_costs_nothing()
    {
        // A queue of one that is full: the next connection is neither taken nor refused.
        using var deaf = new Socket(SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        var address = (IPEndPoint)deaf.LocalEndPoint!;
        using var first = new TcpClient();
        await first.ConnectAsync(address);
        using var client = Client(s_patient with { Connect = s_moment }, new Uri($"http://127.0.0.1:{address.Port}"));

        var refused = Assert.IsType<Answer.NotBilled>(
            await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)
        );

        Assert.Equal("connect", refused.Kind);
        Assert.Contains("no connection within 0.1 s", refused.Message);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_because_the_key_would_go_along()
    {
        await using var odd = new OddServer([
            $"HTTP/1.1 307 Temporary Redirect\r\nlocation: {_server.Url}/v1/messages\r\ncontent-length: 0\r\n\r\n",
        ]);
        using var client = Client(s_patient, odd.Url);

        var refused = Assert.IsType<Answer.NotBilled>(
            await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)
        );

        Assert.Equal(307, refused.Status);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_request_that_is_left_unanswered_on_a_used_connection_is_not_quietly_sent_again()
    {
        await using var moody = new MoodyServer();
        using var client = Client(s_patient, moody.Url);
        Assert.IsType<Answer.Answered>(await client.SendAsync(Shopper.Opus("First."), CancellationToken.None));

        var second = await client.SendAsync(Shopper.Opus("Second."), CancellationToken.None);

        Assert.Equal(Silence.Reset, Assert.IsType<Answer.Unknown>(second).Kind);
        Assert.Equal(2, moody.Received);
    }

    [Fact]
    public async Task A_page_in_the_place_of_a_reply_is_none()
    {
        const string Page = "<html>Welcome to the hotel's network</html>";
        await using var odd = new OddServer([
            $"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {Page.Length}\r\n\r\n{Page}",
        ]);
        using var client = Client(s_patient, odd.Url);

        Assert.Equal(
            Silence.Malformed,
            Assert.IsType<Answer.Unknown>(await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)).Kind
        );
    }

    [Fact]
    public async Task A_reply_beyond_all_measure_is_ended()
    {
        await using var odd = new OddServer([
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: ",
            .. Enumerable.Repeat(new string('x', 1 << 20), 40),
        ]);
        using var client = Client(s_patient, odd.Url);

        Assert.Equal(
            Silence.Malformed,
            Assert.IsType<Answer.Unknown>(await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)).Kind
        );
    }

    [Fact]
    public async Task A_line_that_is_no_event_is_no_reply()
    {
        _server.Enqueue(Fault.GarbageAfter(3));
        using var client = Client(s_patient);

        Assert.Equal(
            Silence.Malformed,
            Assert.IsType<Answer.Unknown>(await client.SendAsync(Shopper.Opus("Hello?"), CancellationToken.None)).Kind
        );
    }

    [Fact]
    public async Task A_prompt_is_counted_by_the_provider_without_what_does_not_count()
    {
        using var client = Client(s_patient);
        var body = Shopper.Opus("Count me.");

        var count = await client.CountAsync(body, CancellationToken.None);

        Assert.Equal(
            ["messages", "model", "system"],
            _server.Requests.Single().Body.Select(field => field.Key).Order()
        );
        _server.Enqueue(Turn.Text("Counted."));
        var reply = Assert
            .IsType<Answer.Answered>(await client.SendAsync(Streamed(body), CancellationToken.None))
            .Reply;
        Assert.Equal(reply.Usage.Prompt, count);
    }

    [Fact]
    public async Task Where_counting_fails_there_is_no_count()
    {
        using var client = Client(s_patient);
        _server.CountFault = LoopbackServer.NoCounting;
        Assert.Null(await client.CountAsync(Shopper.Opus("Count me."), CancellationToken.None));

        _server.CountFault = new Fault.Refused(429, "rate_limit_error", "Later.", "3600");
        Assert.Null(await client.CountAsync(Shopper.Opus("Count me."), CancellationToken.None));
        Assert.Equal(2, _server.Requests.Count);
    }

    private MessagesClient Client(Patience patience, Uri? url = null, double seconds = 86_400) =>
        new(
            Till.Options(_server) with
            {
                Patience = patience,
                TimeoutSeconds = seconds,
                BaseUrl = url ?? new Uri(_server.Url),
            },
            TimeProvider.System
        );

    private static System.Text.Json.Nodes.JsonObject Streamed(System.Text.Json.Nodes.JsonObject body)
    {
        body["stream"] = true;
        return body;
    }

    /// <summary>Answers one request with these bytes, whatever it is.</summary>
    private sealed class OddServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _answering;

        public OddServer(IReadOnlyList<string> pieces, TimeSpan between = default)
        {
            _listener.Start();
            _answering = AnswerAsync(pieces, between);
        }

        public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task AnswerAsync(IReadOnlyList<string> pieces, TimeSpan between)
        {
            using var caller = await _listener.AcceptTcpClientAsync(_stop.Token);
            var stream = caller.GetStream();
            _ = await stream.ReadAsync(new byte[1 << 16], _stop.Token);
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece), _stop.Token);
                await Task.Delay(between, _stop.Token);
            }
        }
    }

    /// <summary>Answers the first request, and hangs up on every other once it has read it.</summary>
    private sealed class MoodyServer : IAsyncDisposable
    {
        private const string Reply =
            Begin
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _answering;
        private int _received;

        public MoodyServer()
        {
            _listener.Start();
            _answering = AnswerAsync();
        }

        public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public int Received => Volatile.Read(ref _received);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task AnswerAsync()
        {
            while (true)
            {
                using var caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                var stream = caller.GetStream();
                while (await ReadAsync(stream) && Interlocked.Increment(ref _received) == 1)
                {
                    await stream.WriteAsync(
                        Encoding.UTF8.GetBytes(
                            $"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {Reply.Length}\r\n\r\n{Reply}"
                        ),
                        _stop.Token
                    );
                }
            }
        }

        private async Task<bool> ReadAsync(NetworkStream stream)
        {
            var text = "";
            var buffer = new byte[1 << 16];
            while (!IsWhole(text))
            {
                var read = await stream.ReadAsync(buffer, _stop.Token);
                if (read == 0)
                {
                    return false;
                }

                text += Encoding.Latin1.GetString(buffer, 0, read);
            }

            return true;
        }

        private static bool IsWhole(string text)
        {
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
            {
                return false;
            }

            var length = text[..head]
                .Split("\r\n")
                .First(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
            return text.Length - head - 4 >= int.Parse(length.Split(':')[1]);
        }
    }
}
