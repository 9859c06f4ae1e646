using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Loopback;

/// <summary>How a server is set up.</summary>
public sealed record LoopbackOptions
{
    /// <summary>Where it listens on 127.0.0.1; 0, the default, for a free port.</summary>
    public int Port { get; init; }

    /// <summary>The key it takes. Made up, like everything here.</summary>
    public string Key { get; init; } = "sk-ant-loopback-made-up";

    /// <summary>The fewest tokens worth caching. Default 1,024.</summary>
    public long LeastCachedTokens { get; init; } = 1_024;

    /// <summary>What day it is, for the prices.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A server on this machine that speaks the Messages API, answers from a script, and keeps its own bill.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    /// <summary>How long the waits here take before they give up: only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly MessagesEndpoint _endpoint;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Turn> _queue = new();
    private readonly Lock _gate = new();
    private readonly List<ReceivedRequest> _requests = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<(int Number, TaskCompletionSource Reached)> _awaitedMessages = [];
    private readonly List<(int Number, TaskCompletionSource Reached)> _awaitedStalls = [];
    private int _stalls;
    private int _hanging;
    private TaskCompletionSource? _quiet;
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopbackServer(LoopbackOptions options)
    {
        Options = options;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, options.Port);
                kestrel.AddServerHeader = false;
            });
        _app = builder.Build();
        _endpoint = new MessagesEndpoint(this, _stopping.Token);
        _app.Run(_endpoint.AnswerAsync);
    }

    /// <summary>How it was set up.</summary>
    public LoopbackOptions Options { get; }

    /// <summary>Where it answers: what <c>ANTHROPIC_BASE_URL</c> is set to.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The key it takes: what <c>ANTHROPIC_API_KEY</c> is set to.</summary>
    public string Key => Options.Key;

    /// <summary>What it answers once the queue is empty; null refuses the request, saying that the script is over.</summary>
    public Func<ReceivedRequest, Turn>? Answer { get; set; }

    /// <summary>What requests to count tokens come to, an error or a silence; null, the default, for the count.</summary>
    public Fault? CountFault { get; set; }

    /// <summary>What it charged.</summary>
    public Bill Bill { get; } = new();

    /// <summary>Every request so far, of any kind, in the order in which they arrived.</summary>
    public IReadOnlyList<ReceivedRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>The requests for messages among them.</summary>
    public IReadOnlyList<ReceivedRequest> Messages =>
        [.. Requests.Where(request => request.Path == MessagesEndpoint.Messages)];

    /// <summary>The most a request would have cost, had it arrived then: in nano-dollars.</summary>
    public long MostFor(ReceivedRequest request, DateTimeOffset then) => _endpoint.Most(request, then);

    /// <summary>A 404 as an intermediary gives that has never heard of counting tokens.</summary>
    public static Fault.Refused NoCounting { get; } = new(404, "not_found_error", "Not found");

    internal DateOnly Today => DateOnly.FromDateTime(Options.Clock.GetUtcNow().UtcDateTime);

    /// <summary>Starts a server.</summary>
    public static async Task<LoopbackServer> StartAsync(LoopbackOptions? options = null)
    {
        var server = new LoopbackServer(options ?? new LoopbackOptions());
        await server._app.StartAsync();
        server.Url = server
            ._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return server;
    }

    /// <summary>Adds turns to the end of the queue, from which requests are answered first.</summary>
    public void Enqueue(params IEnumerable<Turn> turns)
    {
        foreach (var turn in turns)
        {
            _queue.Enqueue(turn);
        }
    }

    /// <summary>Lets whatever is stalled or hanging now go on.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _released.SetResult();
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends when so many replies, since the start, have stalled or hung.</summary>
    public Task WaitForStallAsync(int number)
    {
        lock (_gate)
        {
            var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaitedStalls.Add((number, stalled));
            Reach(_awaitedStalls, _stalls);
            return stalled.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Ends when no reply is stalled or hanging any more: those who waited for one have gone.</summary>
    public Task WaitForQuietAsync()
    {
        lock (_gate)
        {
            if (_hanging == 0)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Ends when the request for a message of this number, from 1, has arrived.</summary>
    public async Task<ReceivedRequest> WaitForRequestAsync(int number)
    {
        await ArrivedAsync(number).WaitAsync(Patience);
        return Messages[number - 1];
    }

    /// <summary>Stops; what is under way is reset.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    internal Task ArrivedAsync(int number)
    {
        lock (_gate)
        {
            var arriving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaitedMessages.Add((number, arriving));
            Reach(_awaitedMessages, _numbers.GetValueOrDefault(MessagesEndpoint.Messages));
            return arriving.Task;
        }
    }

    internal async Task StallAsync(CancellationToken cancellationToken)
    {
        Task released;
        lock (_gate)
        {
            released = _released.Task;
            _stalls++;
            _hanging++;
            Reach(_awaitedStalls, _stalls);
        }

        try
        {
            await released.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _hanging--;
                if (_hanging == 0)
                {
                    _quiet?.SetResult();
                    _quiet = null;
                }
            }
        }
    }

    internal ReceivedRequest Receive(ReceivedRequest arrived)
    {
        lock (_gate)
        {
            var number = _numbers.GetValueOrDefault(arrived.Path) + 1;
            _numbers[arrived.Path] = number;
            var request = arrived with { Number = number };
            _requests.Add(request);
            if (request.Path == MessagesEndpoint.Messages)
            {
                Bill.Open(
                    new BillEntry
                    {
                        Number = request.Number,
                        ArrivedAt = Options.Clock.GetUtcNow(),
                        RequestId = Signature.Id("req_0"),
                        Model = request.Model,
                    }
                );
                Reach(_awaitedMessages, number);
            }

            return request;
        }
    }

    internal Turn TurnFor(ReceivedRequest request) =>
        _queue.TryDequeue(out var turn) ? turn
        : Answer is { } answer ? answer(request)
        : throw RefusedException.Invalid(
            $"The loopback server's script is over: it has no turn for request {request.Number}."
        );

    private static void Reach(List<(int Number, TaskCompletionSource Reached)> awaited, int number)
    {
        foreach (var (_, reached) in awaited.Where(each => each.Number <= number))
        {
            reached.SetResult();
        }

        awaited.RemoveAll(each => each.Number <= number);
    }
}
