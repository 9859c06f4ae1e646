namespace Ktrdr.Core;

/// <summary>What a reading has found so far.</summary>
internal sealed class Findings
{
    public List<string> Errors { get; } = [];

    public List<string> Warnings { get; } = [];

    public List<string> Suggestions { get; } = [];

    public List<string> MissingSections { get; } = [];

    public void Error(string path, int line, string message) =>
        Errors.Add(line > 0 ? $"{path} (line {line}): {message}" : $"{path}: {message}");
}
