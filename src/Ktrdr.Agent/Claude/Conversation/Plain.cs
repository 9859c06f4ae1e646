using System.Globalization;
using System.Text;

namespace Ktrdr.Agent;

/// <summary>Makes a line of plain words out of whatever a model wrote.</summary>
internal static class Plain
{
    /// <summary>The text on one line: no control characters, no invisible ones, no half characters, single spaces.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse:
                    break;
                case UnicodeCategory.Control
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator:
                    _ = line.Length > 0 && line[^1] != ' ' ? line.Append(' ') : line;
                    break;
                default:
                    line.Append(rune.ToString());
                    break;
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>The same, cut after so many characters.</summary>
    public static string Line(string text, int longest)
    {
        var line = Line(text);
        return line.Length <= longest ? line : line[..longest] + "…";
    }
}
