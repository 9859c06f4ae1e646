namespace Ktrdr.Operations;

/// <summary>Puts what went wrong into words for the record.</summary>
internal static class Failures
{
    public static OperationError Describe(
        Exception exception,
        string failureCode,
        Operation operation,
        string databasePath
    ) =>
        exception switch
        {
            ChildFailedException { Child.Error: { } error } => error,
            _ when DiskFull.Describe(exception, databasePath) is { } full => new OperationError(
                DiskFull.Code,
                full,
                $"Make room on that disk, then go on where it stopped: ktrdr operations resume {operation.RootId}. What was there before is intact."
            ),
            _ => new OperationError(
                failureCode,
                exception.Message,
                $"See the log around {operation.Id} for where it happened, and start it again once that is mended."
            ),
        };
}
