using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Client;

/// <summary>One piece of durable work, as it stands.</summary>
public sealed record OperationView
{
    /// <summary><c>op_{type}_{yyyyMMdd_HHmmss}_{8 hex}</c>.</summary>
    public required string OperationId { get; init; }

    /// <summary>Such as <c>agent_research</c> or <c>training</c>.</summary>
    public required string OperationType { get; init; }

    /// <summary>The operation that asked for it, or null.</summary>
    public required string? ParentOperationId { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first attempt began, or null.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Seconds from its start to its end, or to now while it runs; null before it started.</summary>
    public required double? DurationSeconds { get; init; }

    /// <summary>How far it has come.</summary>
    public required ProgressView Progress { get; init; }

    /// <summary>Flat facts that grow while it runs.</summary>
    public required JsonObject Metadata { get; init; }

    /// <summary>What it returned, or null.</summary>
    public required JsonElement? ResultSummary { get; init; }

    /// <summary>Why it failed, in one word, or null.</summary>
    public required string? ErrorCode { get; init; }

    /// <summary>Why it failed, in a sentence, or null.</summary>
    public required string? ErrorMessage { get; init; }

    /// <summary>What to do about the failure, or null.</summary>
    public required string? Next { get; init; }

    /// <summary>How often it was begun.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many of those attempts died with their process.</summary>
    public int Crashes { get; init; }

    /// <summary>The seed that decides it, or null.</summary>
    public required int? Seed { get; init; }

    /// <summary>The trace it belongs to, or null.</summary>
    public required string? TraceId { get; init; }

    /// <summary>Whether it has ended.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsTerminal => Status is "completed" or "failed" or "cancelled";
}

/// <summary>How far an operation has come.</summary>
public sealed record ProgressView
{
    /// <summary>0 to 100.</summary>
    public required double Percentage { get; init; }

    /// <summary>A few words for a person.</summary>
    public required string CurrentStep { get; init; }

    /// <summary>Numbers and names worth showing beside it, flat.</summary>
    public required JsonObject Context { get; init; }
}

/// <summary>One line of an operation's history.</summary>
public sealed record EventView
{
    /// <summary>Whose history.</summary>
    public required string OperationId { get; init; }

    /// <summary>1 for the first; rises by one; also the id in the event stream.</summary>
    public required long Number { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>created</c>, <c>claimed</c>, <c>progress</c>, <c>metadata</c>, <c>child</c>, <c>waiting</c>,
    /// <c>cancel_requested</c>, <c>handed_back</c>, <c>lost</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>published</c>
    /// or <c>refused_write</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What happened, flat.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Whether the operation ended with this line.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsTerminal => Kind is "completed" or "failed" or "cancelled";
}

/// <summary>Which operations to list.</summary>
/// <param name="Type">Only this type, in any case, or null for all.</param>
/// <param name="Status">Only this status, or null for all.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
/// <param name="Offset">How many of the newest to pass over.</param>
public sealed record OperationFilter(string? Type = null, string? Status = null, int Limit = 10, int Offset = 0);

/// <summary>A stop was asked for.</summary>
public sealed record CancelResponse
{
    /// <summary>True.</summary>
    public required bool Success { get; init; }

    /// <summary>The topmost operation that was asked to stop.</summary>
    public required string OperationId { get; init; }

    /// <summary><c>Cancellation requested</c>.</summary>
    public required string Message { get; init; }

    /// <summary>Everything in its tree that was asked to stop.</summary>
    public required IReadOnlyList<string> Cancelled { get; init; }
}

/// <summary>Work was started by hand.</summary>
public sealed record StartResponse
{
    /// <summary>True.</summary>
    public required bool Success { get; init; }

    /// <summary>The operation that does it.</summary>
    public required string OperationId { get; init; }

    /// <summary>A sentence for the user.</summary>
    public required string Message { get; init; }

    /// <summary>The operation as it was recorded.</summary>
    public required OperationView Data { get; init; }
}
