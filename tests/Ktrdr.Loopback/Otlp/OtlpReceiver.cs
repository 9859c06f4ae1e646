using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Loopback;

/// <summary>What a receiver does with what it gets.</summary>
public enum OtlpManner
{
    /// <summary>Takes it.</summary>
    Take,

    /// <summary>Reads it and never answers.</summary>
    Stall,

    /// <summary>Answers that it is out of order.</summary>
    Refuse,
}

/// <summary>A collector on this machine that takes OTLP over HTTP and over gRPC, and keeps what it got.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    /// <summary>How long the waits here take before they give up: only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string GrpcTraces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const string GrpcMetrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private const int GrpcHeader = 5;

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<ReceivedMetric> _metrics = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtlpReceiver(OtlpManner manner)
    {
        Manner = manner;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
                // Without encryption nothing is negotiated: gRPC needs a port that speaks HTTP/2 and nothing else.
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What it does with what it gets, from now on.</summary>
    public OtlpManner Manner { get; set; }

    /// <summary>Where it takes protobuf over HTTP: the endpoint for <c>http/protobuf</c>.</summary>
    public string HttpUrl { get; private set; } = "";

    /// <summary>Where it takes gRPC: the endpoint for <c>grpc</c>.</summary>
    public string GrpcUrl { get; private set; } = "";

    /// <summary>The spans so far, in the order in which they arrived.</summary>
    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_gate)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>The metrics so far, again with every export.</summary>
    public IReadOnlyList<ReceivedMetric> Metrics
    {
        get
        {
            lock (_gate)
            {
                return [.. _metrics];
            }
        }
    }

    /// <summary>Starts a receiver.</summary>
    public static async Task<OtlpReceiver> StartAsync(OtlpManner manner = OtlpManner.Take)
    {
        var receiver = new OtlpReceiver(manner);
        await receiver._app.StartAsync();
        var addresses = receiver
            ._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.ToArray();
        (receiver.HttpUrl, receiver.GrpcUrl) = (addresses[0], addresses[1]);
        return receiver;
    }

    /// <summary>Ends when what arrived so far satisfies a condition.</summary>
    /// <returns>The spans that had arrived then.</returns>
    /// <exception cref="TimeoutException">It never did; the message lists what did arrive.</exception>
    public async Task<IReadOnlyList<ReceivedSpan>> WaitAsync(Predicate<IReadOnlyList<ReceivedSpan>> enough)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }

            var spans = Spans;
            if (enough(spans))
            {
                return spans;
            }

            try
            {
                await more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException(
                    $"Of what was waited for, only this arrived: {string.Join(", ", spans.Select(span => span.Name))}.",
                    late
                );
            }
        }
    }

    /// <summary>Ends when a whole tree has arrived: its root, which has no parent and says so of this operation.</summary>
    /// <returns>All spans of that trace.</returns>
    public async Task<IReadOnlyList<ReceivedSpan>> TraceOfAsync(string operationId)
    {
        var spans = await WaitAsync(spans => spans.Any(IsRoot));
        var root = spans.First(IsRoot);
        return [.. spans.Where(span => span.TraceId == root.TraceId)];

        // The request that asked for it names it too, and is a trace of its own.
        bool IsRoot(ReceivedSpan span) =>
            span["operation.id"] == operationId && span.ParentId == "" && span.Kind == "internal";
    }

    /// <summary>Stops; what is stalled is cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (Manner == OtlpManner.Stall)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
            await new TaskCompletionSource()
                .Task.WaitAsync(gone.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (Manner == OtlpManner.Refuse)
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
            return;
        }

        var path = context.Request.Path.Value ?? "";
        var isGrpc = path is GrpcTraces or GrpcMetrics;
        Keep(path, isGrpc ? Unframed(buffer.ToArray()) : buffer.ToArray());
        await (isGrpc ? AnswerGrpcAsync(context) : AnswerHttpAsync(context));
    }

    private void Keep(string path, ReadOnlyMemory<byte> body)
    {
        lock (_gate)
        {
            switch (path)
            {
                case "/v1/traces" or GrpcTraces:
                    _spans.AddRange(OtlpReading.Spans(body));
                    break;
                case "/v1/metrics" or GrpcMetrics:
                    _metrics.AddRange(OtlpReading.Metrics(body));
                    break;
                default:
                    throw new FormatException($"Nothing is taken at '{path}'.");
            }

            _more.SetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    // One byte says whether it is compressed, four how long it is.
    private static ReadOnlyMemory<byte> Unframed(byte[] message) =>
        message.Length >= GrpcHeader
        && message[0] == 0
        && BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1)) == message.Length - GrpcHeader
            ? message.AsMemory(GrpcHeader)
            : throw new FormatException("That is no gRPC message, or a compressed one.");

    private static Task AnswerHttpAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-protobuf";
        return Task.CompletedTask;
    }

    private static async Task AnswerGrpcAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[GrpcHeader]);
        context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.Append("grpc-status", "0");
    }
}
