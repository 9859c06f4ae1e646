namespace Ktrdr.Measures;

/// <summary>The histories of operations, each walked from its first line to its last.</summary>
internal static class Histories
{
    public static IEnumerable<string> Against(Standing standing)
    {
        foreach (var operation in standing.Records.Operations)
        {
            foreach (var evidence in Walk(operation, standing.Records.Events[operation["id"]]))
            {
                yield return $"{operation["id"]} {evidence}";
            }
        }
    }

    private static IEnumerable<string> Walk(Row operation, IEnumerable<Row> history)
    {
        var (status, cancelled, attempt, number) = ("", false, 0L, 0L);
        foreach (var line in history)
        {
            var kind = line["kind"];
            if (line.Number("number") != ++number)
            {
                yield return $"has line {line["number"]} where {number} was due";
                yield break;
            }

            if (Next(status, cancelled, kind) is not { } next)
            {
                yield return $"was {(status.Length > 0 ? status : "nothing yet")}{(cancelled ? ", asked to stop," : "")} when '{kind}' came as line {number}";
                yield break;
            }

            if (kind == "claimed" && (long?)line.Json("body")["attempt"] != ++attempt)
            {
                yield return $"was claimed for attempt {line.Json("body")["attempt"]} where {attempt} was due";
            }

            status = next;
            cancelled |= kind == "cancel_requested";
        }

        if (status != operation["status"])
        {
            yield return $"is {operation["status"]}, and its history ends {status}";
        }

        if (attempt != operation.Number("attempt") || operation.Number("crashes") > attempt)
        {
            yield return $"has attempt {operation["attempt"]} and {operation["crashes"]} crashes, and was claimed {attempt} times";
        }

        if (cancelled != (operation.Number("cancel_requested") == 1))
        {
            yield return $"says {operation["cancel_requested"]} to whether it was asked to stop, and its history {cancelled}";
        }

        if (
            operation.Has("completed_at") != Invariants.HasEnded(operation)
            || operation.Has("result") != (status == "completed")
            || operation.Has("error") != (status is "failed" or "cancelled")
        )
        {
            yield return $"is {status}, ended at '{operation["completed_at"]}' with the result '{operation["result"]}' and the error '{operation["error"]}'";
        }
    }

    /// <summary>Where a line of history leads, or null where it may not be.</summary>
    private static string? Next(string status, bool cancelled, string kind) =>
        (status, kind) switch
        {
            ("", "created") => "pending",
            ("pending", "claimed") when !cancelled => "running",
            ("pending", "waiting") when !cancelled => "pending",
            ("running", "progress" or "metadata") => "running",
            ("running", "child") when !cancelled => "running",
            ("running", "handed_back" or "lost") when !cancelled => "pending",
            ("running", "completed") when !cancelled => "completed",
            ("pending" or "running", "cancel_requested") => status,
            ("pending" or "running", "failed") when !cancelled => "failed",
            ("pending" or "running", "cancelled") when cancelled => "cancelled",
            // A parent whose child was cancelled ends with it, and nobody asked it.
            ("running", "cancelled") => "cancelled",
            ("completed", "published") => "completed",
            (not "", "refused_write") => status,
            _ => null,
        };
}
