using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

internal static partial class StoreLog
{
    [LoggerMessage(
        201,
        LogLevel.Warning,
        "Operation {OperationId}: attempt {Attempt} is stale, its {Write} was refused"
    )]
    public static partial void WriteRefused(this ILogger logger, string operationId, int attempt, string write);
}
