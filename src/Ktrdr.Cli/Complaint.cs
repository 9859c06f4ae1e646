namespace Ktrdr.Cli;

/// <summary>A command cannot go on: what, the value and why in one sentence, the way out in another.</summary>
internal sealed class Complaint(int exitCode, string message, string? next = null) : Exception(message)
{
    /// <summary>What the program exits with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What to do about it, or null when the sentence says it.</summary>
    public string? Next { get; } = next;
}
