using System.Reflection;
using System.Text;
using System.Text.Json;
using Ktrdr.Client;
using Ktrdr.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Server;

/// <summary>The history of an operation as server-sent events: each carries its number as id, so a reader can go on where it left off.</summary>
internal sealed class EventStream(string operationId, long after) : IResult, IEndpointMetadataProvider
{
    private const string MediaType = "text/event-stream";

    // Proxies and readers give up on a silent connection; a comment keeps it alive and is shown to nobody.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);
    private static readonly byte[] s_heartbeat = ": still here\n\n"u8.ToArray();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        httpContext.Response.ContentType = MediaType;
        httpContext.Response.Headers.CacheControl = "no-cache";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await WriteAsync(
                httpContext.Response.Body,
                services.GetRequiredService<IOperations>().WatchAsync(operationId, after, ending.Token),
                services.GetRequiredService<TimeProvider>(),
                ending.Token
            );
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader left or the server stops; the reader comes back with the last id it saw.
        }
    }

    private static async Task WriteAsync(
        Stream body,
        IAsyncEnumerable<OperationEvent> history,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await body.FlushAsync(cancellationToken);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var lines = history.GetAsyncEnumerator(leaving.Token);
        var next = Task.FromResult(true);
        try
        {
            while (true)
            {
                next = lines.MoveNextAsync().AsTask();
                while (!next.IsCompleted && !await HappensAsync(next, clock, cancellationToken))
                {
                    await body.WriteAsync(s_heartbeat, cancellationToken);
                    await body.FlushAsync(cancellationToken);
                }

                if (!await next)
                {
                    return;
                }

                var view = OperationViews.Of(lines.Current);
                var json = JsonSerializer.Serialize(view, ClientJson.Default.EventView);
                var text = $"id: {view.Number}\nevent: {view.Kind}\ndata: {json}\n\n";
                await body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
                await body.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            // Whoever listens may leave while the next line is waited for, and no history may be closed in the middle of a step.
            await leaving.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether something happens before the silence grows too long.</summary>
    private static async Task<bool> HappensAsync(Task next, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(s_silence, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new Produced());

    private sealed class Produced : IProducesResponseTypeMetadata
    {
        public Type Type => typeof(EventView);

        public int StatusCode => StatusCodes.Status200OK;

        public IEnumerable<string> ContentTypes => [MediaType];
    }
}
