using System.Text.Json.Nodes;
using Ktrdr.Client;
using Ktrdr.Operations;

namespace Ktrdr.Server;

/// <summary>Records of the store, as the wire spells them.</summary>
internal static class OperationViews
{
    public static OperationView Of(Operation operation, TimeProvider clock) =>
        new()
        {
            OperationId = operation.Id,
            OperationType = operation.Type,
            ParentOperationId = operation.ParentId,
            Status = NameOf(operation.Status),
            CreatedAt = operation.CreatedAt,
            StartedAt = operation.StartedAt,
            CompletedAt = operation.CompletedAt,
            DurationSeconds = operation.StartedAt is { } started
                ? Math.Round(((operation.CompletedAt ?? clock.GetUtcNow()) - started).TotalSeconds, 3)
                : null,
            Progress = Of(operation.Progress),
            Metadata = (JsonObject)operation.Metadata.DeepClone(),
            ResultSummary = operation.Result,
            ErrorCode = operation.Error?.Code,
            ErrorMessage = operation.Error?.Message,
            Next = operation.Error?.Next,
            Attempt = operation.Attempt,
            Crashes = operation.Crashes,
            Seed = operation.Seed,
            TraceId = operation.TraceId,
        };

    public static ProgressView Of(OperationProgress progress) =>
        new()
        {
            Percentage = Math.Round(progress.Percentage, 2),
            CurrentStep = progress.CurrentStep,
            Context = (JsonObject)progress.Context.DeepClone(),
        };

    public static EventView Of(OperationEvent line) =>
        new()
        {
            OperationId = line.OperationId,
            Number = line.Number,
            At = line.At,
            Kind = line.Kind,
            Body = (JsonObject)line.Body.DeepClone(),
        };

    public static CancelResponse Of(CancelResult cancelled) =>
        new()
        {
            Success = true,
            OperationId = cancelled.Operation!.Id,
            Message = "Cancellation requested",
            Cancelled = cancelled.Cancelled,
        };

    public static string NameOf(OperationStatus status) => status.ToString().ToLowerInvariant();
}
