namespace Ktrdr.Cli;

/// <summary>A command cannot go on: what, the value and why in one sentence, the way out in another.</summary>
internal sealed class Complaint(int exitCode, string message, string? next = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the program exits with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What to do about it, or null when the sentence says it.</summary>
    public string? Next { get; } = next;

    /// <summary>One word for machines.</summary>
    public string Code { get; init; } = "error";

    /// <summary>The operation it is about, or null.</summary>
    public string? OperationId { get; init; }
}
