using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>What a user asks for when starting a cycle; everything may be left out.</summary>
public sealed record TriggerRequest
{
    /// <summary>The model that designs and assesses, or null for the configured one.</summary>
    public string? Model { get; init; }

    /// <summary>A wish for the design; excludes <see cref="Strategy"/>.</summary>
    public string? Brief { get; init; }

    /// <summary>An existing strategy to try instead of designing one; excludes <see cref="Brief"/>.</summary>
    public string? Strategy { get; init; }

    /// <summary>The seed, or null to have one drawn and recorded.</summary>
    public int? Seed { get; init; }

    /// <summary>The symbol, or null to choose.</summary>
    public string? Symbol { get; init; }

    /// <summary>Name of the timeframe, or null to choose.</summary>
    public string? Timeframe { get; init; }

    /// <summary>Whether gates are judged and recorded but do not end the cycle.</summary>
    public bool BypassGates { get; init; }

    /// <summary>Whether a language model may see symbols and dates. By default it may not: it may remember the period.</summary>
    public bool Named { get; init; }

    /// <summary>The key it is asked for under, or null; asked again under it, the cycle is the same one.</summary>
    public StartKey? Key { get; init; }
}

/// <summary>What came of a request to start something.</summary>
public abstract record StartOutcome
{
    private StartOutcome() { }

    /// <summary>It is under way.</summary>
    /// <param name="Operation">Its record.</param>
    /// <param name="Message">A sentence for the user.</param>
    public sealed record Started(Operation Operation, string Message) : StartOutcome;

    /// <summary>It was refused, and nothing happened.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : StartOutcome;
}

/// <summary>Why something was refused.</summary>
/// <param name="Code">One of <c>active_cycle_exists</c>, <c>unknown_model</c>, <c>unpriced_model</c>, <c>no_api_key</c>,
/// <c>budget_exhausted</c>, <c>idempotency_key_reused</c>, <c>invalid_request</c>, <c>unknown_strategy</c>, <c>invalid_strategy</c>, <c>unknown_dataset</c>, <c>unknown_model_version</c>,
/// <c>unknown_operation</c>, <c>operation_live</c>, <c>operation_finished</c>, <c>not_a_root</c>, <c>turned_away</c>.</param>
/// <param name="Message">What is wrong, with the value.</param>
/// <param name="Next">The way out.</param>
/// <param name="OperationId">The operation in the way, or null.</param>
public sealed record Refusal(string Code, string Message, string Next, string? OperationId = null);

/// <summary>Where research stands.</summary>
public abstract record ResearchStatus
{
    private ResearchStatus() { }

    /// <summary>Where research stands by the records of operations, which are all it takes.</summary>
    public static async Task<ResearchStatus> ReadAsync(IOperations operations, CancellationToken cancellationToken)
    {
        var live = await LiveCyclesAsync(operations, cancellationToken);
        if (live.Count > 0)
        {
            return new Active([.. live.Select(LiveCycle.Of)]);
        }

        // One may have begun since.
        var newest = (await CyclesAsync(operations, live: false, most: 1, cancellationToken)).FirstOrDefault();
        return newest is { IsTerminal: false } ? new Active([LiveCycle.Of(newest)]) : new Idle(newest);
    }

    /// <summary>The cycles that have not ended, newest first.</summary>
    internal static Task<IReadOnlyList<Operation>> LiveCyclesAsync(
        IOperations operations,
        CancellationToken cancellationToken
    ) => CyclesAsync(operations, live: true, ResearchOptions.MostCyclesEver, cancellationToken);

    private static async Task<IReadOnlyList<Operation>> CyclesAsync(
        IOperations operations,
        bool live,
        int most,
        CancellationToken cancellationToken
    )
    {
        var query = new OperationQuery
        {
            Type = OperationTypes.Cycle,
            Live = live,
            Counted = false,
            Limit = most,
        };
        return (await operations.ListAsync(query, cancellationToken)).Operations;
    }

    /// <summary>A cycle is live, or several.</summary>
    /// <param name="Cycles">All of them, newest first; one at least.</param>
    public sealed record Active(IReadOnlyList<LiveCycle> Cycles) : ResearchStatus
    {
        /// <summary>The newest of them.</summary>
        public LiveCycle Newest => Cycles[0];
    }

    /// <summary>Nothing is live.</summary>
    /// <param name="LastCycle">The newest cycle of any outcome, or null.</param>
    public sealed record Idle(Operation? LastCycle) : ResearchStatus;
}

/// <summary>A cycle that has not ended.</summary>
/// <param name="Cycle">Its record; phase, child and strategy are in its metadata.</param>
/// <param name="Phase">Where it is, set from the first moment.</param>
/// <param name="ChildId">The child at work, or null before the first.</param>
public sealed record LiveCycle(Operation Cycle, string Phase, string? ChildId)
{
    /// <summary>Where a cycle is by its record.</summary>
    internal static LiveCycle Of(Operation cycle)
    {
        var phase = (string?)cycle.Metadata["phase"] ?? Research.Phase.Designing.Name;
        var key = Research.Phase.All.First(candidate => candidate.Name == phase).MetadataKey;
        return new LiveCycle(cycle, phase, (string?)cycle.Metadata[key]);
    }
}

/// <summary>What came of asking what a cycle would cost.</summary>
public abstract record EstimateOutcome
{
    private EstimateOutcome() { }

    /// <summary>What it can cost; nothing where no language model takes part.</summary>
    /// <param name="Estimate">The figures.</param>
    public sealed record Estimated(CycleEstimate Estimate) : EstimateOutcome;

    /// <summary>The cycle would be refused.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : EstimateOutcome;
}

/// <summary>One purchase from a language model, as the bill has it.</summary>
public sealed record ModelCall
{
    /// <summary>The operation that bought.</summary>
    public required string OperationId { get; init; }

    /// <summary>The cycle it bought for.</summary>
    public required string CycleId { get; init; }

    /// <summary>Its key within the operation.</summary>
    public required string Key { get; init; }

    /// <summary><c>designing</c> or <c>assessing</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The model's id.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens read and not cached; 0 while open or unknown, as the other counts.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens written.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Tokens read from the cache.</summary>
    public required long CacheReadTokens { get; init; }

    /// <summary>Tokens written to the cache, for whatever time.</summary>
    public required long CacheWriteTokens { get; init; }

    /// <summary>What was held back for it.</summary>
    public required Money Reserved { get; init; }

    /// <summary>What it cost, or null while that is open.</summary>
    public required Money? Settled { get; init; }

    /// <summary><c>open</c>, <c>settled</c>, or <c>unknown</c> where the whole reservation was charged because nobody knows.</summary>
    public required string Outcome { get; init; }

    /// <summary>When the money was held back.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What is spent on language models. All zero while there is none.</summary>
public sealed record Budget
{
    /// <summary>The UTC day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Dollars a day, or null for unlimited.</summary>
    public required decimal? DailyLimit { get; init; }

    /// <summary>Dollars spent today.</summary>
    public required decimal Settled { get; init; }

    /// <summary>Dollars held back for what is under way.</summary>
    public required decimal Reserved { get; init; }

    /// <summary>Dollars left today, or null for unlimited.</summary>
    public required decimal? Remaining { get; init; }

    /// <summary>How many cycles with a language model the rest pays for at the estimate, or null for unlimited.</summary>
    public required int? CyclesAffordable { get; init; }

    /// <summary>Mean dollars of a cycle.</summary>
    public required decimal PerCycleMean { get; init; }

    /// <summary>When the day ends.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>How many payments today.</summary>
    public required int SpendEvents { get; init; }
}

/// <summary>The front of research: what a user may ask for, whichever way they came in.</summary>
public interface IResearchDesk
{
    /// <summary>Starts a cycle, unless as many are live as may be or the request makes no sense.</summary>
    Task<StartOutcome> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken);

    /// <summary>Where research stands.</summary>
    Task<ResearchStatus> StatusAsync(CancellationToken cancellationToken);

    /// <summary>What is spent on language models.</summary>
    Task<Budget> BudgetAsync(CancellationToken cancellationToken);

    /// <summary>Every purchase from a language model on a UTC day, newest first; of all days when null.</summary>
    Task<IReadOnlyList<ModelCall>> CallsAsync(DateOnly? day, CancellationToken cancellationToken);

    /// <summary>Every language model with a price, the configured one first.</summary>
    IReadOnlyList<PricedModel> Models();

    /// <summary>What the cycle of a request would cost, from the very prompt it would send. Starts nothing and spends nothing.</summary>
    Task<EstimateOutcome> EstimateAsync(TriggerRequest request, CancellationToken cancellationToken);

    /// <summary>Trains one strategy by hand.</summary>
    /// <param name="strategy">Its name.</param>
    /// <param name="seed">The seed, or null to have one drawn and recorded.</param>
    /// <param name="start">First day learned from, or null.</param>
    /// <param name="end">Last day learned from, or null.</param>
    /// <param name="cancellationToken">Gives up before anything is recorded.</param>
    Task<StartOutcome> TrainAsync(
        string strategy,
        int? seed,
        DateOnly? start,
        DateOnly? end,
        CancellationToken cancellationToken
    );

    /// <summary>Backtests one strategy by hand, on the selection window, with its newest model unless another is named.</summary>
    /// <param name="strategy">Its name.</param>
    /// <param name="modelPath">A model's folder relative to the home, or null for the newest.</param>
    /// <param name="capital">Money at the start, or null for 100,000.</param>
    /// <param name="costs">Costs, or null for the instrument's own.</param>
    /// <param name="start">First day traded, or null.</param>
    /// <param name="end">Last day traded, or null.</param>
    /// <param name="cancellationToken">Gives up before anything is recorded.</param>
    Task<StartOutcome> BacktestAsync(
        string strategy,
        string? modelPath,
        double? capital,
        Costs? costs,
        DateOnly? start,
        DateOnly? end,
        CancellationToken cancellationToken
    );

    /// <summary>Goes on where a failed or cancelled cycle, training or backtest stopped, as a new operation: what it finished and
    /// what it bought is taken from its record.</summary>
    Task<StartOutcome> ResumeAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>Does the order of a failed or cancelled cycle, training or backtest anew, with the same seed, as a new operation.</summary>
    Task<StartOutcome> RetryAsync(string operationId, CancellationToken cancellationToken);
}
