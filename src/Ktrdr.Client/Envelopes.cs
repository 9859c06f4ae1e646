namespace Ktrdr.Client;

/// <summary>One thing on the wire.</summary>
public sealed record One<T>
{
    /// <summary>True: what went wrong comes as a <see cref="ProblemView"/>.</summary>
    public required bool Success { get; init; }

    /// <summary>The thing.</summary>
    public required T Data { get; init; }
}

/// <summary>Some things on the wire.</summary>
public sealed record Many<T>
{
    /// <summary>True: what went wrong comes as a <see cref="ProblemView"/>.</summary>
    public required bool Success { get; init; }

    /// <summary>The things, or one page of them.</summary>
    public required IReadOnlyList<T> Data { get; init; }

    /// <summary>How many there are, on all pages.</summary>
    public required int TotalCount { get; init; }

    /// <summary>How many of those have not ended; only operations have an end.</summary>
    public required int ActiveCount { get; init; }
}
