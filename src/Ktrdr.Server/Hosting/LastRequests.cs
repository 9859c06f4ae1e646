using Microsoft.AspNetCore.Builder;

namespace Ktrdr.Server;

/// <summary>Requests that are under way when the server is told to stop.</summary>
internal static class LastRequests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    /// <summary>Gives them a second more. Whoever has not sent the rest of a request by then, or read the rest of an answer, is cut
    /// off: it must not keep the work of this home from being handed back.</summary>
    public static void UseLastRequests(this WebApplication app) =>
        app.Use(
            async (context, next) =>
            {
                using var patience = new CancellationTokenSource();
                await using var cut = patience.Token.Register(context.Abort);
                await using var stop = app.Lifetime.ApplicationStopping.Register(() => patience.CancelAfter(s_grace));
                await next(context);
            }
        );
}
