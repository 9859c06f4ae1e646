using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Server;

/// <summary>How much is logged, and whether for people or for machines.</summary>
/// <param name="Level">The least that ktrdr itself says.</param>
/// <param name="Json">One JSON object a line rather than text.</param>
internal sealed record LogSettings(LogLevel Level, bool Json)
{
    private const string LevelSetting = "KTRDR_LOG_LEVEL";
    private const string FormatSetting = "KTRDR_LOG_FORMAT";

    /// <summary>The least that the framework and the libraries say: whatever is below tells of their inside and not of research,
    /// and nobody vouches that it names no secret.</summary>
    public LogLevel LevelOfOthers => AtLeast(LogLevel.Warning);

    /// <summary>The level, or a more severe one.</summary>
    public LogLevel AtLeast(LogLevel severe) => Level > severe ? Level : severe;

    /// <summary>Reads both.</summary>
    /// <param name="configuration">Where they are read.</param>
    /// <param name="toTerminal">Whether standard error is a terminal: then text is the default.</param>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names it.</exception>
    public static LogSettings Read(IConfiguration configuration, bool toTerminal) =>
        new(LevelIn(configuration[LevelSetting]), JsonIn(configuration[FormatSetting], toTerminal));

    // By name only: the numbers that stand for them are nobody's business.
    private static LogLevel LevelIn(string? value) =>
        string.IsNullOrWhiteSpace(value) ? LogLevel.Warning
        : Enum.GetNames<LogLevel>()
            .FirstOrDefault(name => name.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
            is { } known
            ? Enum.Parse<LogLevel>(known)
        : throw new InvalidOperationException(
            $"{LevelSetting} is '{value}'. Use one of {string.Join(", ", Enum.GetNames<LogLevel>())}."
        );

    private static bool JsonIn(string? value, bool toTerminal) =>
        value?.Trim().ToLowerInvariant() switch
        {
            null or "" => !toTerminal,
            "json" => true,
            "text" => false,
            _ => throw new InvalidOperationException($"{FormatSetting} is '{value}'. Use json or text."),
        };
}
