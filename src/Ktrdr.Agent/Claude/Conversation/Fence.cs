namespace Ktrdr.Agent;

/// <summary>Finds the document in a text that a model wrote around it.</summary>
internal static class Fence
{
    private const string Mark = "```";

    /// <summary>What stands between the first pair of fences, or the whole text where there is none.</summary>
    public static string Inside(string text)
    {
        var lines = text.Split('\n');
        var open = Array.FindIndex(lines, IsFence);
        var close = open < 0 ? -1 : Array.FindIndex(lines, open + 1, IsFence);
        return close < 0 ? text : string.Join('\n', lines[(open + 1)..close]);
    }

    private static bool IsFence(string line) => line.StartsWith(Mark, StringComparison.Ordinal);
}
