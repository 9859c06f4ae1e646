using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>An operation about to be recorded.</summary>
internal sealed record NewOperation(string Id, string Type, string Role, string Name, string RootId, string Order)
{
    public string? ParentId { get; init; }
    public JsonObject Metadata { get; init; } = [];
    public string? Slot { get; init; }

    /// <summary>How many live operations may have a place of the slot.</summary>
    public int Places { get; init; } = 1;

    /// <summary>The places of the slot; none where there is no slot.</summary>
    public IEnumerable<string> AllPlaces =>
        Slot is null ? [] : Enumerable.Range(1, Places).Select(number => $"{Slot}-{number}");

    /// <summary>What it was asked for under.</summary>
    public StartKey? Key { get; init; }

    /// <summary>Money to hold back while it lives.</summary>
    public Money Hold { get; init; }

    public int? Seed { get; init; }
    public string? TraceParent { get; init; }

    /// <summary>The same, going on from an ended operation, if there is one.</summary>
    public NewOperation After(string? earlier)
    {
        if (earlier is not null)
        {
            Metadata["resumes"] = earlier;
        }

        return this with
        {
            Resumes = earlier,
        };
    }

    /// <summary>The ended operation whose records and names it starts with, or null.</summary>
    public string? Resumes { get; private init; }
}

/// <summary>How an attempt ended, about to be recorded.</summary>
internal sealed record Ending(OperationStatus Status, string? Result, OperationError? Error, bool Publishes)
{
    public static Ending Completed(string result, bool publishes) =>
        new(OperationStatus.Completed, result, null, publishes);

    public static Ending Failed(OperationError error) => new(OperationStatus.Failed, null, error, Publishes: false);

    public static Ending Cancelled(string? reason) =>
        new(
            OperationStatus.Cancelled,
            null,
            new OperationError(
                "cancelled_by_user",
                reason ?? "Cancelled on request.",
                "Start it again if it was not meant."
            ),
            Publishes: false
        );
}

/// <summary>A write of an attempt that was overtaken by another, or whose operation has ended: it was refused.</summary>
internal sealed class StaleAttemptException(string id, int attempt, string write)
    : OperationCanceledException(
        $"Attempt {attempt} of {id} is no longer the one that counts; its {write} was refused and it stops."
    );
