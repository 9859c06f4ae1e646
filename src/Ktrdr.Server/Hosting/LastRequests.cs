using Microsoft.AspNetCore.Builder;

namespace Ktrdr.Server;

/// <summary>Requests that come while the server stops, or are under way when it is told to.</summary>
internal static class LastRequests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    /// <summary>Lets nothing new begin, and gives what has begun a second more. Whoever has not sent the rest of a request by then,
    /// or read the rest of an answer, is cut off: it must not keep the work of this home from being handed back.</summary>
    public static void UseLastRequests(this WebApplication app) =>
        app.Use(
            async (context, next) =>
            {
                var stopping = app.Lifetime.ApplicationStopping;
                if (stopping.IsCancellationRequested)
                {
                    // As if the connection had not been made any more, which every client of ours tries again.
                    context.Abort();
                    return;
                }

                using var patience = new CancellationTokenSource();
                await using var cut = patience.Token.Register(context.Abort);
                await using var stop = stopping.Register(() => patience.CancelAfter(s_grace));
                await next(context);
            }
        );
}
