using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>What happened to an operation besides beginning and ending: each in a line, with its time.</summary>
internal static class Incidents
{
    private const int MostLines = 8;

    /// <summary>The lines of one operation, oldest first; of very many the last.</summary>
    public static IEnumerable<string> Of(WorkTree work, Axis axis)
    {
        var told = work
            .History.Select(line => (After: axis.After(line.At), Text: Tell(line, axis)))
            .Where(line => line.Text is not null)
            .ToList();
        if (told.Count > MostLines)
        {
            yield return $"{told.Count - MostLines} earlier ones are left out";
        }

        var shown = told.TakeLast(MostLines).ToList();
        foreach (var (after, text) in shown)
        {
            yield return $"{after.PadRight(shown.Max(line => line.After.Length))}  {text}";
        }
    }

    private static string? Tell(EventView line, Axis axis)
    {
        var body = line.Body;
        var attempt = Words.Number(Words.NumberIn(body, "attempt"));
        var node = Words.TextIn(body, "node") is { Length: > 0 } known ? $" ({known})" : "";
        return line.Kind switch
        {
            "claimed" when Words.NumberIn(body, "attempt") > 1 => $"attempt {attempt} began{node}",
            "lost" => $"attempt {attempt} was lost with its process{node}"
                + (Stretch.LastSign(line) is { } sign ? $", last heard of at {axis.After(sign)}" : ""),
            "handed_back" => $"attempt {attempt} handed it back",
            "waiting" => $"nobody who does {Words.TextIn(body, "role")} work was there, so it waited",
            "cancel_requested" => Words.TextIn(body, "reason") is { Length: > 0 } reason
                ? $"a stop was asked for: {reason}"
                : "a stop was asked for",
            "refused_write" =>
                $"attempt {attempt} was no longer the one at work: its {Words.TextIn(body, "write")} was refused",
            _ => null,
        };
    }
}
