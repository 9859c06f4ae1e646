using System.Text.Json.Serialization;

namespace Ktrdr.Client;

/// <summary>A request for a research cycle; everything may be left out.</summary>
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

    /// <summary>The timeframe, such as <c>1h</c>, or null to choose.</summary>
    public string? Timeframe { get; init; }

    /// <summary>Whether gates are judged and recorded but do not end the cycle.</summary>
    public bool BypassGates { get; init; }

    /// <summary>Whether a language model may see symbols and dates; by default it may not, since it may remember the period.</summary>
    public bool Named { get; init; }

    /// <summary>Sent as <c>Idempotency-Key</c>: asked again under it, the server starts nothing more and answers as it did first.
    /// Null to do without.</summary>
    [JsonIgnore]
    public string? Key { get; init; }
}

/// <summary>A research cycle was started.</summary>
public sealed record TriggerResponse
{
    /// <summary>True: a refusal comes as a <see cref="ProblemView"/>.</summary>
    public required bool Triggered { get; init; }

    /// <summary>The cycle's operation.</summary>
    public required string OperationId { get; init; }

    /// <summary>Who designs and assesses; <c>local</c> without a key.</summary>
    public required string Model { get; init; }

    /// <summary><c>Research cycle started! Operation ID: …</c>.</summary>
    public required string Message { get; init; }
}

/// <summary>Where research stands.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "status")]
[JsonDerivedType(typeof(ActiveAgent), "active")]
[JsonDerivedType(typeof(IdleAgent), "idle")]
public abstract record AgentStatus
{
    /// <summary><c>designing</c>, <c>training</c>, <c>backtesting</c>, <c>assessing</c>, or <c>idle</c>.</summary>
    public required string Phase { get; init; }
}

/// <summary>A cycle is live; of several, the newest is told.</summary>
public sealed record ActiveAgent : AgentStatus
{
    /// <summary>Every live cycle, newest first, where there are several; otherwise left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ActiveCycleView>? ActiveCycles { get; init; }

    /// <summary>The cycle's operation.</summary>
    public required string OperationId { get; init; }

    /// <summary>The child at work, or null before the first.</summary>
    public required string? ChildOperationId { get; init; }

    /// <summary>How far the cycle has come.</summary>
    public required ProgressView Progress { get; init; }

    /// <summary>The strategy, or null while it has no name.</summary>
    public required string? StrategyName { get; init; }

    /// <summary>When the cycle began, or null before its first attempt.</summary>
    public required DateTimeOffset? StartedAt { get; init; }
}

/// <summary>One of several live cycles.</summary>
public sealed record ActiveCycleView
{
    /// <summary>Its operation.</summary>
    public required string OperationId { get; init; }

    /// <summary><c>designing</c>, <c>training</c>, <c>backtesting</c> or <c>assessing</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Its strategy, or null while it has no name.</summary>
    public required string? StrategyName { get; init; }

    /// <summary>When it began, or null before its first attempt.</summary>
    public required DateTimeOffset? StartedAt { get; init; }
}

/// <summary>No cycle is live.</summary>
public sealed record IdleAgent : AgentStatus
{
    /// <summary>The newest cycle of any outcome, or null.</summary>
    public required LastCycleView? LastCycle { get; init; }
}

/// <summary>A cycle that has ended.</summary>
public sealed record LastCycleView
{
    /// <summary>Its operation.</summary>
    public required string OperationId { get; init; }

    /// <summary><c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Its strategy, or null when it ended before there was one.</summary>
    public required string? StrategyName { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>What is spent on language models, in dollars with nine decimal places.</summary>
public sealed record BudgetView
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

    /// <summary>How many purchases of today cost something.</summary>
    public required int SpendEvents { get; init; }
}
