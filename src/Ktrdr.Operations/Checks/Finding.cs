namespace Ktrdr.Operations;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Work goes on; something is not as its owner probably means it.</summary>
    Warning,

    /// <summary>Something does not work until it is mended.</summary>
    Wrong,
}

/// <summary>What a look at one thing came to.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="What">The thing that was looked at, such as <c>disk</c> or <c>dataset EURUSD 1h</c>.</param>
/// <param name="Value">How it stands.</param>
/// <param name="Why">Why that is no good, or null where all is well.</param>
/// <param name="Fix">What to do about it, or null where all is well.</param>
public sealed record Finding(FindingLevel Level, string What, string Value, string? Why, string? Fix)
{
    /// <summary>All is well.</summary>
    public static Finding Ok(string what, string value) => new(FindingLevel.Ok, what, value, Why: null, Fix: null);

    /// <summary>Work goes on, and somebody should know.</summary>
    public static Finding Warning(string what, string value, string why, string fix) =>
        new(FindingLevel.Warning, what, value, why, fix);

    /// <summary>Something does not work.</summary>
    public static Finding Wrong(string what, string value, string why, string fix) =>
        new(FindingLevel.Wrong, what, value, why, fix);
}
