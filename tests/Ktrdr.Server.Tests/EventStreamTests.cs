using Microsoft.AspNetCore.Http;

namespace Ktrdr.Server.Tests;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_listener_may_leave_while_nothing_happens()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var (_, triggered) = await server.SendAsync(HttpMethod.Post, "/api/v1/agent/trigger");
        using var leaving = new CancellationTokenSource();
        await using var heard = new HeardBody();
        var context = new DefaultHttpContext
        {
            RequestServices = server.Services,
            RequestAborted = leaving.Token,
            Response = { Body = heard },
        };

        var stream = new EventStream(triggered.GetProperty("operation_id").GetString()!, after: 0).ExecuteAsync(
            context
        );
        await heard.Something.WaitAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await stream.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A body that tells when the first line was written.</summary>
    private sealed class HeardBody : MemoryStream
    {
        private readonly TaskCompletionSource _something = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Something => _something.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _something.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
