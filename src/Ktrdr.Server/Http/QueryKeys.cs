using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>The query keys an endpoint takes. Any other is refused: a filter that is ignored shows the wrong list.</summary>
internal sealed record QueryKeys(params IReadOnlyList<string> Names)
{
    private static readonly QueryKeys s_none = new();

    /// <summary>Checks every endpoint of a group against the keys it declares; none unless it says so.</summary>
    public static async ValueTask<object?> CheckAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var allowed = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<QueryKeys>() ?? s_none;
        foreach (var (key, values) in context.HttpContext.Request.Query)
        {
            if (!allowed.Names.Contains(key))
            {
                return ProblemResult.Invalid(
                    "unknown_query_key",
                    $"The query has the key '{key}', which nobody knows here.{Hints.Of(key, allowed.Names)}",
                    allowed.Names.Count == 0 ? "Leave the query out." : $"Use {string.Join(", ", allowed.Names)}."
                );
            }

            if (values.Count > 1)
            {
                return ProblemResult.Invalid(
                    "invalid_value",
                    $"The query has the key '{key}' {values.Count} times.",
                    "Give it once."
                );
            }
        }

        return await next(context);
    }
}

/// <summary>Says which query keys an endpoint takes.</summary>
internal static class QueryKeysExtensions
{
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder endpoint, params string[] names) =>
        endpoint.WithMetadata(new QueryKeys(names));
}
