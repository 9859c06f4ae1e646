namespace Ktrdr.Client;

/// <summary>What <c>ktrdr doctor</c> found on this machine.</summary>
public sealed record ExaminationView
{
    /// <summary>The home it looked at.</summary>
    public required string Home { get; init; }

    /// <summary>Whether nothing is wrong; warnings may be left.</summary>
    public required bool Healthy { get; init; }

    /// <summary>How many findings are wrong.</summary>
    public required int Wrong { get; init; }

    /// <summary>How many findings are warnings.</summary>
    public required int Warnings { get; init; }

    /// <summary>Everything that was looked at, in the order in which a program needs it.</summary>
    public required IReadOnlyList<FindingView> Findings { get; init; }
}

/// <summary>What a look at one thing came to.</summary>
public sealed record FindingView
{
    /// <summary><c>ok</c>, <c>warning</c> or <c>wrong</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The thing, such as <c>disk</c> or <c>dataset EURUSD 1h</c>.</summary>
    public required string What { get; init; }

    /// <summary>How it stands.</summary>
    public required string Value { get; init; }

    /// <summary>Why that is no good, or null where all is well.</summary>
    public required string? Why { get; init; }

    /// <summary>What to do about it, or null where all is well.</summary>
    public required string? Fix { get; init; }
}
