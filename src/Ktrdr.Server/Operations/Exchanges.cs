using System.Text.Json;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ktrdr.Server;

/// <summary>What was said to and by language models, read from the records of the operations that asked.</summary>
internal static class Exchanges
{
    private const string Prefix = "exchange-";

    public static async Task<Results<Ok<Many<ExchangeView>>, ProblemResult>> ListAsync(
        string id,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        if (await operations.FindAsync(id, cancellationToken) is not { } operation)
        {
            return ProblemResult.UnknownOperation(id);
        }

        var views = new List<ExchangeView>();
        foreach (var asker in (await operations.ChildrenAsync(id, cancellationToken)).Prepend(operation))
        {
            await foreach (var (name, exchange) in OfAsync(asker.Id, operations, cancellationToken))
            {
                views.Add(
                    new ExchangeView
                    {
                        OperationId = asker.Id,
                        Phase = Phase.All.FirstOrDefault(phase => phase.Type == asker.Type)?.Name ?? asker.Type,
                        Name = name,
                        Request = exchange.GetProperty("request"),
                        Reply = exchange.GetProperty("reply"),
                    }
                );
            }
        }

        return TypedResults.Ok(
            new Many<ExchangeView>
            {
                Success = true,
                Data = views,
                TotalCount = views.Count,
                ActiveCount = 0,
            }
        );
    }

    /// <summary>The exchanges of one operation by name, oldest first. They are numbered from 1 without a gap.</summary>
    public static async IAsyncEnumerable<(string Name, JsonElement Exchange)> OfAsync(
        string id,
        IOperations operations,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var number = 1; ; number++)
        {
            var name = $"{Prefix}{number}";
            var exchange = await operations.RecordedAsync<JsonElement>(id, name, cancellationToken);
            if (exchange.ValueKind == JsonValueKind.Undefined)
            {
                yield break;
            }

            yield return (name, exchange);
        }
    }
}
