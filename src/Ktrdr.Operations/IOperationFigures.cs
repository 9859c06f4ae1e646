using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What there is to count of operations: what ended, what was paid for, and how things stand. For whoever keeps
/// totals.</summary>
/// <remarks>What ended and what was paid for never changes and comes in one order, the same for every process that works on the
/// records. Whoever adds it up from the first on has totals that no restart takes back.</remarks>
public interface IOperationFigures
{
    /// <summary>Operations in the order in which they ended.</summary>
    /// <param name="after">The number of the last one that is known; 0 for none.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<EndedOperation>> EndedAsync(long after, int most, CancellationToken cancellationToken);

    /// <summary>Purchases in the order in which they were charged.</summary>
    /// <param name="after">The number of the last one that is known; 0 for none.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ChargedPurchase>> ChargedAsync(long after, int most, CancellationToken cancellationToken);

    /// <summary>How things stand, all of one moment.</summary>
    /// <param name="dailyLimit">The most that may be spent in a day, or null.</param>
    /// <param name="fact">The fact by which live operations are told apart, such as <c>phase</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<Standing> StandingAsync(Money? dailyLimit, string fact, CancellationToken cancellationToken);
}

/// <summary>An operation that ended, as far as it counts.</summary>
public sealed record EndedOperation
{
    /// <summary>Its place among all that ended; 1 for the first.</summary>
    public required long Number { get; init; }

    /// <summary>Which it is.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of work it was.</summary>
    public required string Type { get; init; }

    /// <summary>The operation that asked for it, or null.</summary>
    public required string? ParentId { get; init; }

    /// <summary>How it ended.</summary>
    public required OperationStatus Status { get; init; }

    /// <summary>When its first attempt began, or null.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>The facts about it.</summary>
    public required JsonObject Metadata { get; init; }

    /// <summary>The code of its error, or null.</summary>
    public required string? ErrorCode { get; init; }

    /// <summary>What its whole tree paid; null where that bought nothing, and for a child.</summary>
    public required Money? Paid { get; init; }

    /// <summary>How long it took from the beginning of its first attempt, or null where there was none. Never below zero, though
    /// clocks may differ.</summary>
    public TimeSpan? Took =>
        StartedAt is not { } started ? null
        : CompletedAt > started ? CompletedAt - started
        : TimeSpan.Zero;
}

/// <summary>A purchase that was charged.</summary>
public sealed record ChargedPurchase
{
    /// <summary>Its place among all that were charged; 1 for the first.</summary>
    public required long Number { get; init; }

    /// <summary>What it cost.</summary>
    public required Money Cost { get; init; }

    /// <summary><c>settled</c>, or <c>unknown</c> where the whole reservation was charged because nobody knows.</summary>
    public required string Outcome { get; init; }

    /// <summary>What was bought.</summary>
    public required JsonObject About { get; init; }

    /// <summary>What was used, as the seller said; empty where whoever bought it died.</summary>
    public required JsonObject Usage { get; init; }

    /// <summary>How long it took from the moment the money was held back.</summary>
    public required TimeSpan Took { get; init; }
}

/// <summary>How the records stand at a moment.</summary>
public sealed record Standing
{
    /// <summary>The day's money.</summary>
    public required Balance Balance { get; init; }

    /// <summary>What has not ended, counted.</summary>
    public required IReadOnlyList<LiveCount> Live { get; init; }

    /// <summary>Who works now.</summary>
    public required IReadOnlyList<Node> Nodes { get; init; }

    /// <summary>How long the process on record that was not heard of for the longest has been silent, by the database's clock; zero
    /// where no others can be.</summary>
    public required TimeSpan LongestSilence { get; init; }

    /// <summary>How often an attempt was put back because whoever worked on it was gone.</summary>
    public required long Recoveries { get; init; }

    /// <summary>How many of these another home went on with.</summary>
    public required long Takeovers { get; init; }

    /// <summary>How many writes of overtaken attempts were refused.</summary>
    public required long RefusedWrites { get; init; }

    /// <summary>The room that the records take.</summary>
    public required long DatabaseBytes { get; init; }
}

/// <summary>Live operations that are alike.</summary>
/// <param name="Type">What kind of work.</param>
/// <param name="Role">Who may do it.</param>
/// <param name="Status">Pending or running.</param>
/// <param name="Fact">What their facts say under the name that was asked for, or null.</param>
/// <param name="Count">How many there are.</param>
public sealed record LiveCount(string Type, string Role, OperationStatus Status, string? Fact, int Count);

/// <summary>Learns of every transaction of the operations once it is durable. Brought by the host, or not at all.</summary>
public interface IWriteObserver
{
    /// <summary>A transaction is on disk.</summary>
    /// <param name="took">How long that took since it was asked for, its turn included.</param>
    void Written(TimeSpan took);
}
