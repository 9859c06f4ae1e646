namespace Ktrdr.Client;

/// <summary>A finished cycle run again from its record, held against the original.</summary>
public sealed record ReplayView
{
    /// <summary>The cycle that was run again.</summary>
    public required string OperationId { get; init; }

    /// <summary>Whether everything came out as recorded, byte by byte.</summary>
    public required bool Same { get; init; }

    /// <summary>Everything that was compared.</summary>
    public required IReadOnlyList<ReplayedPart> Parts { get; init; }

    /// <summary>What may explain a difference, such as bars that changed since.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Folder of the home that the replay worked in, or null when it was removed.</summary>
    public required string? KeptAt { get; init; }
}

/// <summary>One thing that was compared.</summary>
/// <param name="Name">A file, by its path in the home, or what else was compared, such as <c>verdict</c>.</param>
/// <param name="Outcome"><c>same</c>, <c>differs</c> or <c>missing</c>.</param>
/// <param name="Detail">What differs or is missing where, or null.</param>
public sealed record ReplayedPart(string Name, string Outcome, string? Detail);
