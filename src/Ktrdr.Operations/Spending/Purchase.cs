using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>The most that may be spent; null is no limit.</summary>
/// <param name="PerDay">In one UTC day, by everything together.</param>
/// <param name="PerTree">By one topmost operation and all below it, in its whole life, and by those it goes on from.</param>
public sealed record SpendingLimits(Money? PerDay, Money? PerTree);

/// <summary>Something an operation is about to pay for, at a price not yet known: between <see cref="Least"/> and
/// <see cref="Least"/> + <see cref="Steps"/> × <see cref="Step"/>.</summary>
public sealed record Purchase
{
    /// <summary>What makes it unique within its operation, such as <c>exchange-1/attempt-1</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What must be there for it to make sense at all.</summary>
    public required Money Least { get; init; }

    /// <summary>The price of one step more.</summary>
    public required Money Step { get; init; }

    /// <summary>How many steps are wanted beyond the least.</summary>
    public required long Steps { get; init; }

    /// <summary>The limits it must keep.</summary>
    public required SpendingLimits Limits { get; init; }

    /// <summary>What is bought, for the record: flat, such as model and phase.</summary>
    public required JsonObject About { get; init; }
}

/// <summary>What came of asking for money.</summary>
public abstract record Allowance
{
    private Allowance() { }

    /// <summary>Held back until it is settled.</summary>
    /// <param name="Amount">Least + Steps × Step: the most it may cost now.</param>
    /// <param name="Steps">How many steps are paid for, 0 to what was wanted.</param>
    public sealed record Granted(Money Amount, long Steps) : Allowance;

    /// <summary>Not even the least is left; nothing was held back.</summary>
    /// <param name="Limit">Which limit: <c>day</c> or <c>tree</c>.</param>
    /// <param name="Left">What that limit leaves.</param>
    /// <param name="Balance">How the day stands.</param>
    public sealed record Refused(string Limit, Money Left, Balance Balance) : Allowance;
}

/// <summary>How a day stands.</summary>
public sealed record Balance
{
    /// <summary>The UTC day that is charged: never earlier than the last one charged, so a clock set back gives nothing back.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The most that may be spent in it, or null.</summary>
    public required Money? Limit { get; init; }

    /// <summary>What was spent.</summary>
    public required Money Settled { get; init; }

    /// <summary>What is held back: for purchases under way, and for live trees that have not used up their hold.</summary>
    public required Money Reserved { get; init; }

    /// <summary>What is left, never below zero, or null without a limit.</summary>
    public Money? Left =>
        Limit is not { } limit ? null
        : limit - Settled - Reserved is var left && left > Money.Zero ? left
        : Money.Zero;

    /// <summary>When the day ends.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>How many purchases of the day cost something.</summary>
    public required int Payments { get; init; }

    /// <summary>How many trees paid for something in the day.</summary>
    public required int PayingTrees { get; init; }
}

/// <summary>One purchase as the ledger has it.</summary>
public sealed record Payment
{
    /// <summary>The operation that bought.</summary>
    public required string OperationId { get; init; }

    /// <summary>The topmost operation it bought for.</summary>
    public required string RootId { get; init; }

    /// <summary>Its key within the operation.</summary>
    public required string Key { get; init; }

    /// <summary>When the money was held back.</summary>
    public required DateTimeOffset ReservedAt { get; init; }

    /// <summary>The UTC day it is charged to.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>What was held back.</summary>
    public required Money Reserved { get; init; }

    /// <summary>What it cost, or null while that is open.</summary>
    public required Money? Settled { get; init; }

    /// <summary><c>open</c>, <c>settled</c>, or <c>unknown</c> where the whole reservation was charged because nobody knows.</summary>
    public required string Outcome { get; init; }

    /// <summary>What was bought.</summary>
    public required JsonObject About { get; init; }

    /// <summary>What was used, as the seller said; empty while open or unknown.</summary>
    public required JsonObject Usage { get; init; }
}
