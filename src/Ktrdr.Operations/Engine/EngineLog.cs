using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

internal static partial class EngineLog
{
    private static readonly Func<ILogger, string, string, int, string?, IDisposable?> s_attempt =
        LoggerMessage.DefineScope<string, string, int, string?>(
            "{OperationId}, {OperationType}, attempt {Attempt}, trace {TraceId}"
        );

    [LoggerMessage(
        221,
        LogLevel.Information,
        "Operation {OperationId}: attempt {Attempt} begins",
        EventName = "attempt_began"
    )]
    public static partial void AttemptBegan(this ILogger logger, string operationId, int attempt);

    [LoggerMessage(
        222,
        LogLevel.Information,
        "Operation {OperationId}: attempt {Attempt} ended it {Status}",
        EventName = "attempt_ended"
    )]
    public static partial void Ended(this ILogger logger, string operationId, int attempt, OperationStatus status);

    [LoggerMessage(
        223,
        LogLevel.Information,
        "Operation {OperationId}: attempt {Attempt} handed it back",
        EventName = "attempt_handed_back"
    )]
    public static partial void HandedBack(this ILogger logger, string operationId, int attempt);

    [LoggerMessage(
        224,
        LogLevel.Error,
        "Operation {OperationId}: attempt {Attempt} failed",
        EventName = "attempt_failed"
    )]
    public static partial void AttemptFailed(this ILogger logger, string operationId, int attempt, Exception exception);

    [LoggerMessage(
        225,
        LogLevel.Error,
        "Operation {OperationId}: what it publishes could not be put in place, trying again",
        EventName = "publishing_failed"
    )]
    public static partial void PublishingFailed(this ILogger logger, string operationId, Exception exception);

    [LoggerMessage(
        226,
        LogLevel.Error,
        "Operation {OperationId}: its {Write} could not be written, trying again",
        EventName = "write_failed"
    )]
    public static partial void WriteFailed(this ILogger logger, string operationId, string write, Exception exception);

    [LoggerMessage(227, LogLevel.Error, "A look at the records failed, trying again", EventName = "round_failed")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        228,
        LogLevel.Information,
        "Found {Count} operations left running by a process that died",
        EventName = "leftovers_found"
    )]
    public static partial void FoundLeftovers(this ILogger logger, int count);

    [LoggerMessage(
        229,
        LogLevel.Warning,
        "Operation {OperationId}: no worker here does {Type}, so it waits",
        EventName = "no_worker_here"
    )]
    public static partial void NoWorker(this ILogger logger, string operationId, string type);

    [LoggerMessage(
        230,
        LogLevel.Critical,
        "Operation {OperationId}: the engine lost an attempt, taking it for crashed",
        EventName = "attempt_lost"
    )]
    public static partial void AttemptLost(this ILogger logger, string operationId, Exception exception);

    [LoggerMessage(
        231,
        LogLevel.Information,
        "Operation {OperationId} ended with {Code}: {Reason}",
        EventName = "ended_by_choice"
    )]
    public static partial void EndedByChoice(this ILogger logger, string operationId, string code, string reason);

    [LoggerMessage(
        232,
        LogLevel.Warning,
        "Nobody heard of {Node} for so long that it was taken for dead; it goes on, and what others took over meanwhile is theirs",
        EventName = "taken_for_dead"
    )]
    public static partial void WasTakenForDead(this ILogger logger, string node);

    [LoggerMessage(
        233,
        LogLevel.Warning,
        "The others could not be told that this process ends; they will notice",
        EventName = "leaving_failed"
    )]
    public static partial void LeavingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        235,
        LogLevel.Error,
        "Operation {OperationId}: left to others, for this home cannot take what it is about",
        EventName = "left_to_others"
    )]
    public static partial void LeftToOthers(this ILogger logger, string operationId, Exception exception);

    [LoggerMessage(
        234,
        LogLevel.Error,
        "Bringing the home up to date with those it shares with failed, trying again",
        EventName = "catching_up_failed"
    )]
    public static partial void CatchingUpFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        236,
        LogLevel.Error,
        "Still failing, {Count} times since it was last told: {Reason}",
        EventName = "still_failing"
    )]
    public static partial void StillFailing(this ILogger logger, int count, string reason);

    /// <summary>Marks everything that is logged until it is disposed of as the doing of this attempt.</summary>
    public static IDisposable? InAttempt(this ILogger logger, Operation operation) =>
        s_attempt(logger, operation.Id, operation.Type, operation.Attempt, operation.TraceId);
}
