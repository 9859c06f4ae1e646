using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

internal static partial class StoreLog
{
    [LoggerMessage(
        201,
        LogLevel.Warning,
        "Operation {OperationId}: attempt {Attempt} is stale, its {Write} was refused",
        EventName = "write_refused"
    )]
    public static partial void WriteRefused(this ILogger logger, string operationId, int attempt, string write);

    [LoggerMessage(
        202,
        LogLevel.Warning,
        "Operation {OperationId}: the purchase {Key} cost {Cost}, more than the {Reserved} held back for it; all of it is charged",
        EventName = "cost_more_than_reserved"
    )]
    public static partial void CostMoreThanReserved(
        this ILogger logger,
        string operationId,
        string key,
        Money cost,
        Money reserved
    );
}
