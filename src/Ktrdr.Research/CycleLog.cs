using Microsoft.Extensions.Logging;

namespace Ktrdr.Research;

internal static partial class CycleLog
{
    [LoggerMessage(101, LogLevel.Information, "Cycle {OperationId} entered {Phase}", EventName = "phase_entered")]
    public static partial void PhaseEntered(this ILogger logger, string operationId, string phase);

    [LoggerMessage(
        102,
        LogLevel.Information,
        "Cycle {OperationId}: {Gate} gate {Result} ({Reason})",
        EventName = "gate_judged"
    )]
    public static partial void GateJudged(
        this ILogger logger,
        string operationId,
        string gate,
        string result,
        string reason
    );
}
