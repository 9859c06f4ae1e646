using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>How an operation lies in its table.</summary>
internal static class StoredOperation
{
    /// <summary>The columns in the order that <see cref="Read"/> expects.</summary>
    public const string Columns =
        "id, type, parent_id, root_id, name, role, status, attempt, crashes, cancel_requested, cancel_reason, progress, "
        + "metadata, \"order\", result, error, publication, slot, node, seed, trace, created_at, started_at, completed_at";

    /// <summary>The condition that an operation has not ended.</summary>
    public const string Live = "status IN ('pending', 'running')";

    /// <summary>The progress of an operation, or of an attempt, that nothing was done on yet.</summary>
    public static string NotBegun { get; } = Fields(OperationProgress.None).ToJsonString();

    public static Operation Read(DbDataReader row) =>
        new()
        {
            Id = row.GetString(0),
            Type = row.GetString(1),
            ParentId = row.Text(2),
            RootId = row.GetString(3),
            Name = row.GetString(4),
            Role = row.GetString(5),
            Status = Status(row.GetString(6)),
            Attempt = row.GetInt32(7),
            Crashes = row.GetInt32(8),
            CancelRequested = row.GetInt32(9) != 0,
            CancelReason = row.Text(10),
            Progress = ReadProgress(row.GetString(11)),
            Metadata = JsonNode.Parse(row.GetString(12))!.AsObject(),
            Order = Element(row.GetString(13)),
            Result = row.Text(14) is { } result ? Element(result) : null,
            Error = row.Text(15) is { } error ? OperationJson.Read<OperationError>(error) : null,
            AwaitsPublication = row.Text(16) == "owed",
            Slot = row.Text(17),
            Node = row.Text(18),
            Seed = row.IsDBNull(19) ? null : row.GetInt32(19),
            TraceParent = row.Text(20),
            CreatedAt = Time(row.GetString(21)),
            StartedAt = row.Text(22) is { } started ? Time(started) : null,
            CompletedAt = row.Text(23) is { } completed ? Time(completed) : null,
        };

    public static OperationEvent ReadEvent(DbDataReader row) =>
        new(
            row.GetString(0),
            row.GetInt64(1),
            Time(row.GetString(2)),
            row.GetString(3),
            JsonNode.Parse(row.GetString(4))!.AsObject()
        );

    public static string Text(OperationStatus status) =>
        status switch
        {
            OperationStatus.Pending => "pending",
            OperationStatus.Running => "running",
            OperationStatus.Completed => "completed",
            OperationStatus.Failed => "failed",
            OperationStatus.Cancelled => "cancelled",
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "There is no such status."),
        };

    /// <summary>Of fixed width, so that the order of the texts is the order of the times.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Progress as it lies in its column, and in the history.</summary>
    public static JsonObject Fields(OperationProgress progress) =>
        new()
        {
            ["percentage"] = progress.Percentage,
            ["current_step"] = progress.CurrentStep,
            ["context"] = progress.Context.DeepClone(),
        };

    // Read with every record and written most of all: by hand, which spares a short-lived process the serialiser.
    private static OperationProgress ReadProgress(string json)
    {
        var progress = JsonNode.Parse(json)!.AsObject();
        var context = progress["context"]!.AsObject();
        progress.Remove("context");
        return new OperationProgress(
            (double?)progress["percentage"] ?? double.NaN,
            (string)progress["current_step"]!,
            context
        );
    }

    public static OperationStatus Status(string text) =>
        text switch
        {
            "pending" => OperationStatus.Pending,
            "running" => OperationStatus.Running,
            "completed" => OperationStatus.Completed,
            "failed" => OperationStatus.Failed,
            "cancelled" => OperationStatus.Cancelled,
            _ => throw new ArgumentException($"'{text}' is no status of an operation.", nameof(text)),
        };

    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
