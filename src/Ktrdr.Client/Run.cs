namespace Ktrdr.Client;

/// <summary>One cycle of a continuous run, once it has ended.</summary>
public sealed record RunCycleView
{
    /// <summary>1 for the first that was started.</summary>
    public required int Cycle { get; init; }

    /// <summary>Its operation.</summary>
    public required string OperationId { get; init; }

    /// <summary><c>completed</c>, <c>turned_away</c> (by a gate), <c>budget_exhausted</c>, <c>cancelled</c>, or <c>failed</c> by a
    /// fault.</summary>
    public required string Outcome { get; init; }

    /// <summary>Its strategy, or null when it ended before there was one.</summary>
    public required string? StrategyName { get; init; }

    /// <summary>What the assessment said, or null where none was made.</summary>
    public required string? Verdict { get; init; }

    /// <summary>Why it did not complete, in one word, or null.</summary>
    public required string? ErrorCode { get; init; }

    /// <summary>Why it did not complete, in a sentence; of a gate, its reasons.</summary>
    public required string? ErrorMessage { get; init; }

    /// <summary>The seed that decided it.</summary>
    public required int? Seed { get; init; }

    /// <summary>Dollars it was charged.</summary>
    public required decimal Cost { get; init; }

    /// <summary>Seconds from its start to its end, or null when it never started.</summary>
    public required double? Seconds { get; init; }
}

/// <summary>What a continuous run came to.</summary>
public sealed record RunSummaryView
{
    /// <summary>Cycles that ended while it watched.</summary>
    public required int Cycles { get; init; }

    /// <summary>Of those, how many ended in each way; ways that did not happen are left out.</summary>
    public required IReadOnlyDictionary<string, int> Outcomes { get; init; }

    /// <summary>Dollars that those cycles were charged.</summary>
    public required decimal Cost { get; init; }

    /// <summary>Seconds it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why no further cycle was started: <c>cycles</c> (as many as were asked for), <c>faults</c> (three in a row),
    /// <c>interrupted</c>, or the code of the refusal, such as <c>budget_exhausted</c>.</summary>
    public required string EndedBy { get; init; }
}
