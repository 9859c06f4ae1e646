using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Server;

/// <summary>Answers this machine only, and only programs or pages of its own: never a foreign site in a local browser.</summary>
/// <remarks>Listening on loopback does not do it alone: a browser here visits foreign pages, which may rebind their name to
/// 127.0.0.1 (so the Host is checked) or post across origins (so the Origin is checked).</remarks>
internal static class LocalOnly
{
    private static readonly string[] s_names = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseLocalOnly(this WebApplication app) =>
        app.Use((context, next) => Refuse(context.Request) is { } problem ? problem.ExecuteAsync(context) : next());

    private static ProblemResult? Refuse(HttpRequest request)
    {
        if (!s_names.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return ProblemResult.Invalid(
                "foreign_host",
                $"This server does not answer to the name '{request.Host.Host}'.",
                $"Use one of {string.Join(", ", s_names)}."
            );
        }

        var origin = request.Headers.Origin;
        var own = $"{request.Scheme}://{request.Host}";
        return origin.Count == 0 || string.Equals(origin, own, StringComparison.OrdinalIgnoreCase)
            ? null
            : ProblemResult.Of(
                HttpStatusCode.Forbidden,
                "foreign_origin",
                $"Pages of '{origin}' may not use this server.",
                $"Only pages of {own} may."
            );
    }
}
