using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

internal static partial class EngineLog
{
    [LoggerMessage(221, LogLevel.Information, "Operation {OperationId}: attempt {Attempt} begins")]
    public static partial void AttemptBegan(this ILogger logger, string operationId, int attempt);

    [LoggerMessage(222, LogLevel.Information, "Operation {OperationId}: attempt {Attempt} ended it {Status}")]
    public static partial void Ended(this ILogger logger, string operationId, int attempt, OperationStatus status);

    [LoggerMessage(223, LogLevel.Information, "Operation {OperationId}: attempt {Attempt} handed it back")]
    public static partial void HandedBack(this ILogger logger, string operationId, int attempt);

    [LoggerMessage(224, LogLevel.Error, "Operation {OperationId}: attempt {Attempt} failed")]
    public static partial void AttemptFailed(this ILogger logger, string operationId, int attempt, Exception exception);

    [LoggerMessage(
        225,
        LogLevel.Error,
        "Operation {OperationId}: what it publishes could not be put in place, trying again"
    )]
    public static partial void PublishingFailed(this ILogger logger, string operationId, Exception exception);

    [LoggerMessage(226, LogLevel.Error, "Operation {OperationId}: its {Write} could not be written, trying again")]
    public static partial void WriteFailed(this ILogger logger, string operationId, string write, Exception exception);

    [LoggerMessage(227, LogLevel.Error, "A look at the records failed, trying again")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(228, LogLevel.Information, "Found {Count} operations left running by a process that died")]
    public static partial void FoundLeftovers(this ILogger logger, int count);

    [LoggerMessage(229, LogLevel.Warning, "Operation {OperationId}: no worker here does {Type}, so it waits")]
    public static partial void NoWorker(this ILogger logger, string operationId, string type);

    [LoggerMessage(
        230,
        LogLevel.Critical,
        "Operation {OperationId}: the engine lost an attempt, taking it for crashed"
    )]
    public static partial void AttemptLost(this ILogger logger, string operationId, Exception exception);

    [LoggerMessage(231, LogLevel.Information, "Operation {OperationId} ended with {Code}: {Reason}")]
    public static partial void EndedByChoice(this ILogger logger, string operationId, string code, string reason);

    [LoggerMessage(
        232,
        LogLevel.Warning,
        "Nobody heard of {Node} for so long that it was taken for dead; it goes on, and what others took over meanwhile is theirs"
    )]
    public static partial void WasTakenForDead(this ILogger logger, string node);

    [LoggerMessage(233, LogLevel.Warning, "The others could not be told that this process ends; they will notice")]
    public static partial void LeavingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        235,
        LogLevel.Error,
        "Operation {OperationId}: left to others, for this home cannot take what it is about"
    )]
    public static partial void LeftToOthers(this ILogger logger, string operationId, Exception exception);

    [LoggerMessage(234, LogLevel.Error, "Bringing the home up to date with those it shares with failed, trying again")]
    public static partial void CatchingUpFailed(this ILogger logger, Exception exception);
}
