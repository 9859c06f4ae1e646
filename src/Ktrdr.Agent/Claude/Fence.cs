using System.Text.RegularExpressions;

namespace Ktrdr.Agent;

/// <summary>Finds the document in a text that a model wrote around it.</summary>
internal static class Fence
{
    private static readonly Regex Block = new(
        @"^```[A-Za-z]{0,10}[ \t]*\r?\n(?<inside>.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1)
    );

    /// <summary>What stands between the first pair of fences, or the whole text where there is none.</summary>
    public static string Inside(string text) => Block.Match(text) is { Success: true } match ? match.Groups["inside"].Value : text;
}
