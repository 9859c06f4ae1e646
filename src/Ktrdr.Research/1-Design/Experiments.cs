using System.Text.Json;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>What was tried before: the operations say what became of a design, the ledger what was learned from it.</summary>
internal sealed class Experiments(IOperations operations)
{
    /// <summary>How many of the newest designs a designer is shown.</summary>
    public const int Most = 50;

    /// <summary>The newest designs whose cycle has ended, newest first. Those of the stub teach nothing and are left out.</summary>
    public async Task<IReadOnlyList<Experiment>> NewestAsync(CancellationToken cancellationToken)
    {
        var query = new OperationQuery
        {
            Type = OperationTypes.Design,
            Status = OperationStatus.Completed,
            Counted = false,
            Limit = Most,
        };
        var page = await operations.ListAsync(query, cancellationToken);
        var learned = (await LedgerAsync(cancellationToken)).ToDictionary(experiment => experiment.CycleId);
        var newest = new List<Experiment>(page.Operations.Count);
        foreach (var operation in page.Operations)
        {
            var order = operation.Order.Deserialize<DesignOrder>(OperationJson.Options)!;
            var cycle = operation.ParentId is { } parent ? await operations.FindAsync(parent, cancellationToken) : null;
            if (cycle is { IsTerminal: true } && order.Provider != Providers.Scripted)
            {
                newest.Add(learned.GetValueOrDefault(cycle.Id) ?? Of(operation, cycle));
            }
        }

        return newest;
    }

    /// <summary>Everything that was tried to the end or turned away by a gate, strategies brought by hand among it; oldest first.</summary>
    public Task<IReadOnlyList<Experiment>> LedgerAsync(CancellationToken cancellationToken) =>
        operations.LedgerAsync<Experiment>(Experiment.Ledger, subject: null, cancellationToken);

    /// <summary>An experiment that left no entry: its cycle was cancelled, or ended by a fault.</summary>
    private static Experiment Of(Operation operation, Operation cycle)
    {
        var design = operation.Result!.Value.Deserialize<DesignResult>(OperationJson.Options)!;
        var outcome = cycle.Status switch
        {
            OperationStatus.Completed => "completed",
            OperationStatus.Cancelled => "cancelled",
            _ => cycle.Error?.Code ?? "failed",
        };
        return Experiment.Of(cycle.Id, design, outcome) with
        {
            Reason = cycle.Error?.Message,
            Verdict = (string?)cycle.Metadata["assessment_verdict"],
            Accuracy = (double?)cycle.Metadata["training_result"]?["accuracy"] ?? double.NaN,
            SharpeRatio = (double?)cycle.Metadata["backtest_result"]?["sharpe_ratio"] ?? double.NaN,
            WinRate = (double?)cycle.Metadata["backtest_result"]?["win_rate"] ?? double.NaN,
            MaxDrawdown = (double?)cycle.Metadata["backtest_result"]?["max_drawdown"] ?? double.NaN,
            Trades = (int?)cycle.Metadata["backtest_result"]?["total_trades"] ?? 0,
        };
    }
}
