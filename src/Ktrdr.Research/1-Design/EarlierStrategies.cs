using System.Text.Json;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>What was tried before, read from the operations that tried it: there is no second record.</summary>
internal static class EarlierStrategies
{
    /// <summary>How many of the newest designs a designer is shown.</summary>
    public const int Most = 50;

    /// <summary>The newest designs whose cycle has ended, newest first.</summary>
    public static async Task<IReadOnlyList<Experiment>> ReadAsync(
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var query = new OperationQuery
        {
            Type = OperationTypes.Design,
            Status = OperationStatus.Completed,
            Limit = Most,
        };
        var page = await operations.ListAsync(query, cancellationToken);
        var earlier = new List<Experiment>(page.Operations.Count);
        foreach (var operation in page.Operations)
        {
            var design = operation.Result!.Value.Deserialize<DesignResult>(OperationJson.Options)!;
            var cycle = operation.ParentId is { } parent ? await operations.FindAsync(parent, cancellationToken) : null;
            if (cycle is not { IsTerminal: true })
            {
                continue;
            }

            earlier.Add(
                new Experiment
                {
                    CycleId = cycle.Id,
                    Name = design.StrategyName,
                    Hash = design.StrategyHash,
                    Symbol = design.Symbol,
                    Timeframe = design.Timeframe,
                    Indicators = design.Indicators,
                    Outcome = cycle.Status switch
                    {
                        OperationStatus.Completed => "completed",
                        OperationStatus.Cancelled => "cancelled",
                        _ => cycle.Error?.Code ?? "failed",
                    },
                    Verdict = (string?)cycle.Metadata["assessment_verdict"],
                    SharpeRatio = (double?)cycle.Metadata["backtest_result"]?["sharpe_ratio"] ?? double.NaN,
                }
            );
        }

        return earlier;
    }
}
