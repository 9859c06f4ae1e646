namespace Ktrdr.Core;

/// <summary>What reading a strategy came to: the document, or every reason why there is none.</summary>
public sealed record StrategyReading
{
    /// <summary>The strategy with every default filled in; null when anything is wrong with it.</summary>
    public required StrategyDocument? Document { get; init; }

    /// <summary>Everything that is wrong, each with its path, its value and the nearest valid one.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>What is allowed and probably not meant.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What would make it better.</summary>
    public required IReadOnlyList<string> Suggestions { get; init; }

    /// <summary>Required sections that are absent or empty.</summary>
    public required IReadOnlyList<string> MissingSections { get; init; }

    /// <summary>Whether it can be used.</summary>
    public bool Valid => Document is not null;

    /// <summary>A document that could not even be taken apart.</summary>
    public static StrategyReading Unreadable(IReadOnlyList<string> errors) =>
        new()
        {
            Document = null,
            Errors = errors,
            Warnings = [],
            Suggestions = [],
            MissingSections = [],
        };
}
