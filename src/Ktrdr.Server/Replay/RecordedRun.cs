using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>A finished cycle as recorded: what it was asked for, what came in from outside, and what came of it.</summary>
internal sealed class RecordedRun : IReplay
{
    private const string Exchange = "exchange-";
    private static readonly string[] s_scopes = ["strategy", "model", "backtest"];

    private readonly Dictionary<string, Operation> _operations = [];
    private readonly Dictionary<(string Operation, string Name), string> _records = [];
    private readonly Dictionary<(string Operation, string Scope), string> _names = [];

    private RecordedRun(Operation cycle)
    {
        Cycle = cycle;
        Order = OrderOf(cycle);
    }

    /// <summary>The cycle as it ended.</summary>
    public Operation Cycle { get; }

    /// <summary>What it was asked for.</summary>
    public CycleOrder Order { get; }

    /// <summary>What had been tried before it began: a design may repeat none of it.</summary>
    public required IReadOnlyList<Experiment> Earlier { get; init; }

    /// <summary>Identity of the strategy it tried, or null when it came to none.</summary>
    public string? StrategyIdentity { get; private set; }

    /// <summary>The limits of the first gate then.</summary>
    public TrainingGateLimits TrainingGate =>
        new()
        {
            MinimumAccuracy = Bound("training_gate", "accuracy") ?? new TrainingGateLimits().MinimumAccuracy,
            MaximumLoss = Bound("training_gate", "loss") ?? new TrainingGateLimits().MaximumLoss,
            MinimumLossDecrease =
                Bound("training_gate", "loss_decrease") ?? new TrainingGateLimits().MinimumLossDecrease,
        };

    /// <summary>The limits of the second gate then.</summary>
    public BacktestGateLimits BacktestGate =>
        new()
        {
            MinimumWinRate = Bound("backtest_gate", "win_rate") ?? new BacktestGateLimits().MinimumWinRate,
            MaximumDrawdown = Bound("backtest_gate", "drawdown") ?? new BacktestGateLimits().MaximumDrawdown,
            MinimumSharpe = Bound("backtest_gate", "sharpe") ?? new BacktestGateLimits().MinimumSharpe,
        };

    /// <summary>Reads everything that a replay needs to know.</summary>
    public static async Task<RecordedRun> ReadAsync(
        Operation cycle,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var run = new RecordedRun(cycle) { Earlier = await EarlierAsync(cycle, operations, cancellationToken) };
        foreach (var operation in await PartsAsync(cycle, operations, cancellationToken))
        {
            if (!run._operations.TryAdd(operation.Name, operation))
            {
                continue;
            }

            foreach (var (name, body) in await operations.RecordsAsync(operation.Id, cancellationToken))
            {
                run._records[(operation.Name, name)] = body.GetRawText();
            }

            foreach (var scope in s_scopes)
            {
                if (await operations.TakenNameAsync(operation.Id, scope, cancellationToken) is { } taken)
                {
                    run._names[(operation.Name, scope)] = taken;
                }
            }
        }

        run.StrategyIdentity =
            run.Result<DesignResult>(Phase.Designing)?.StrategyIdentity
            ?? (
                run._records.TryGetValue((cycle.Name, "strategy"), out var brought)
                    ? JsonSerializer.Deserialize<DesignResult>(brought, OperationJson.Options)!.StrategyIdentity
                    : run.Order.StrategyIdentity
            );
        return run;
    }

    /// <summary>The order of a cycle.</summary>
    public static CycleOrder OrderOf(Operation cycle) => cycle.Order.Deserialize<CycleOrder>(OperationJson.Options)!;

    /// <summary>What a phase returned, or null when it returned nothing.</summary>
    public TResult? Result<TResult>(Phase phase)
        where TResult : class =>
        _operations.GetValueOrDefault(phase.ChildName)?.Result?.Deserialize<TResult>(OperationJson.Options);

    /// <inheritdoc/>
    public string? Record(string operation, string name)
    {
        if (name.StartsWith(Exchange, StringComparison.Ordinal))
        {
            return _records.GetValueOrDefault((operation, name)) ?? throw End(operation, name);
        }

        // A brief holds what was on hand then; whatever else is recorded follows from it and is made anew.
        return operation == Phase.Designing.ChildName && name == "brief"
            ? _records.GetValueOrDefault((operation, name))
            : null;
    }

    /// <inheritdoc/>
    public string? Name(string operation, string scope) => _names.GetValueOrDefault((operation, scope));

    /// <summary>What stands in the record where an exchange is asked for that is not: the fault that the original ended with
    /// there, or nothing, and then the replay has left the original's path.</summary>
    private OperationFailedException End(string operation, string name)
    {
        var recorded = _records.Keys.Count(key =>
            key.Operation == operation && key.Name.StartsWith(Exchange, StringComparison.Ordinal)
        );
        return _operations.GetValueOrDefault(operation)?.Error is { } fault && name == $"{Exchange}{recorded + 1}"
            ? new OperationFailedException(fault)
            : new OperationFailedException(
                new OperationError(
                    "replay_incomplete",
                    $"The record of '{operation}' has no {name}, and a replay buys nothing.",
                    "The program may have changed since: 'ktrdr operations exchanges' shows what was recorded."
                )
            );
    }

    /// <summary>The cycle and its children, then those of the cycle it went on from, which answered for it.</summary>
    private static async Task<IReadOnlyList<Operation>> PartsAsync(
        Operation cycle,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var parts = new List<Operation> { cycle };
        for (var from = cycle; from is not null; )
        {
            parts.AddRange(await operations.ChildrenAsync(from.Id, cancellationToken));
            from = from.Resumes is { } earlier ? await operations.FindAsync(earlier, cancellationToken) : null;
        }

        return parts;
    }

    private double? Bound(string gate, string check) =>
        (Cycle.Metadata[gate]?["checks"] as JsonArray)
            ?.FirstOrDefault(one => (string?)one?["name"] == check)
            ?["bound"]?.GetValue<double>();

    private static async Task<IReadOnlyList<Experiment>> EarlierAsync(
        Operation cycle,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var earlier = new List<Experiment>();
        foreach (
            var known in await operations.LedgerAsync<Experiment>(Experiment.Ledger, subject: null, cancellationToken)
        )
        {
            if (
                await operations.FindAsync(known.CycleId, cancellationToken) is { } other
                && other.CreatedAt < cycle.CreatedAt
            )
            {
                earlier.Add(known);
            }
        }

        return earlier;
    }
}
