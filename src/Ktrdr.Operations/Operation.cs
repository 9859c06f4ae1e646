using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>Where an operation stands. It moves forward only, and the last three are for ever.</summary>
public enum OperationStatus
{
    /// <summary>Recorded, not started; or handed back by a shutdown.</summary>
    Pending,

    /// <summary>An attempt at it is under way.</summary>
    Running,

    /// <summary>It ended with a result.</summary>
    Completed,

    /// <summary>It ended with an error, or was turned away.</summary>
    Failed,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}

/// <summary>How far an operation has come.</summary>
/// <param name="Percentage">0 to 100; never falls within an attempt.</param>
/// <param name="CurrentStep">A few words for a person.</param>
/// <param name="Context">Numbers and names worth showing beside it, flat.</param>
public sealed record OperationProgress(double Percentage, string CurrentStep, JsonObject Context)
{
    /// <summary>Nothing done yet.</summary>
    public static OperationProgress None => new(0, "", []);
}

/// <summary>Why an operation failed.</summary>
/// <param name="Code">One of the documented codes, such as <c>training_gate_failed</c>.</param>
/// <param name="Message">A sentence with the thing, the value and the way out.</param>
/// <param name="Next">What to do about it.</param>
public sealed record OperationError(string Code, string Message, string? Next);

/// <summary>The record of one piece of durable work: a snapshot, never a live object.</summary>
public sealed record Operation
{
    /// <summary><c>op_{type}_{yyyyMMdd_HHmmss}_{8 hex}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of work, such as <c>training</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The operation that asked for it, or null.</summary>
    public string? ParentId { get; init; }

    /// <summary>The topmost operation of its tree; itself when it has no parent.</summary>
    public required string RootId { get; init; }

    /// <summary>Its name among its parent's children; recorded once.</summary>
    public required string Name { get; init; }

    /// <summary>Which workers may run it.</summary>
    public required string Role { get; init; }

    /// <summary>Where it stands.</summary>
    public required OperationStatus Status { get; init; }

    /// <summary>How often it was claimed; every write of an attempt carries this number (the fencing token).</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts ended without handing back.</summary>
    public int Crashes { get; init; }

    /// <summary>Whether somebody asked for it to stop.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>How far it has come.</summary>
    public required OperationProgress Progress { get; init; }

    /// <summary>Flat facts about it that grow while it runs.</summary>
    public required JsonObject Metadata { get; init; }

    /// <summary>What was ordered, as its worker understands it.</summary>
    public required JsonElement Order { get; init; }

    /// <summary>What it returned, or null.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public OperationError? Error { get; init; }

    /// <summary>Which of the limited places for its type it holds while live, or null.</summary>
    public string? Slot { get; init; }

    /// <summary>The process that runs or last ran it, or null.</summary>
    public string? Node { get; init; }

    /// <summary>The seed that decides it, or null where chance has no part.</summary>
    public int? Seed { get; init; }

    /// <summary>Its W3C trace context, or null: of the span of its first attempt, once there is one; before, of what asked for it,
    /// with a span of zeros where that was no span.</summary>
    public string? TraceParent { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first attempt began, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The ended operation that it goes on from, or null; the fact <c>resumes</c>.</summary>
    public string? Resumes => (string?)Metadata["resumes"];

    /// <summary>Whether it has ended.</summary>
    public bool IsTerminal =>
        Status is OperationStatus.Completed or OperationStatus.Failed or OperationStatus.Cancelled;

    /// <summary>Whether its result has yet to appear under its public name for the first time.</summary>
    internal bool AwaitsPublication { get; init; }

    /// <summary>Whether it has ended and whatever it publishes was tried: what those who wait for it wait for.</summary>
    internal bool IsSettled => IsTerminal && !AwaitsPublication;

    /// <summary>Why somebody asked for it to stop, or null.</summary>
    internal string? CancelReason { get; init; }

    /// <summary>The 32-digit trace id of <see cref="TraceParent"/>, or null.</summary>
    public string? TraceId => Tracing.TraceOf(TraceParent);
}

/// <summary>One line of an operation's history. Numbers rise by one within an operation and are the ids of its event stream.</summary>
/// <param name="OperationId">Whose history.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="At">When.</param>
/// <param name="Kind"><c>created</c>, <c>claimed</c>, <c>progress</c>, <c>metadata</c>, <c>child</c>,
/// <c>waiting</c>, <c>cancel_requested</c>, <c>handed_back</c>, <c>lost</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>published</c>,
/// <c>refused_write</c>.</param>
/// <param name="Body">What happened, flat.</param>
public sealed record OperationEvent(string OperationId, long Number, DateTimeOffset At, string Kind, JsonObject Body);
