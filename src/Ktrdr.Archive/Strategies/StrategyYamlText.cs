using System.Text;
using System.Text.RegularExpressions;
using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>Writes a neutral document as YAML: the same bytes for the same document, and pleasant to read.</summary>
public static class StrategyYamlText
{
    private static readonly Regex Plain = new(
        @"\A([A-Za-z0-9][A-Za-z0-9_.+-]*|[+-][0-9.][A-Za-z0-9.+-]*)\z",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1)
    );

    /// <summary>The text of a strategy with every effective value.</summary>
    public static string Write(StrategyDocument strategy) => Write(StrategyWriter.Write(strategy));

    /// <summary>The text of a document, lines ending in <c>\n</c>.</summary>
    public static string Write(DocumentNode node)
    {
        var text = new StringBuilder();
        if (IsInline(node, 0))
        {
            return text.Append(Inline(node)).Append('\n').ToString();
        }

        Block(text, node, 0);
        return text.ToString();
    }

    private static void Block(StringBuilder text, DocumentNode node, int depth)
    {
        if (node is DocumentNode.Mapping mapping)
        {
            foreach (var entry in mapping.Entries)
            {
                text.Append(' ', depth * 2).Append(Scalar(entry.Key, quoted: false)).Append(':');
                Below(text, entry.Value, depth + 1);
            }

            return;
        }

        foreach (var item in ((DocumentNode.List)node).Items)
        {
            text.Append(' ', depth * 2).Append('-');
            Below(text, item, depth + 1);
        }
    }

    private static void Below(StringBuilder text, DocumentNode node, int depth)
    {
        if (IsInline(node, depth))
        {
            text.Append(' ').Append(Inline(node)).Append('\n');
            return;
        }

        text.Append('\n');
        Block(text, node, depth);
    }

    // One line for a scalar, a list of scalars, and a small mapping below a section; {type, parameters} counts as small.
    private static bool IsInline(DocumentNode node, int depth) =>
        Height(node) switch
        {
            0 => true,
            1 => node is DocumentNode.List || depth >= 2,
            2 => depth >= 2
                && node is DocumentNode.Mapping { Entries: [{ Key: "type" or "fuzzy_set" or "raw_indicator" }, ..] },
            _ => false,
        };

    private static int Height(DocumentNode node) =>
        node switch
        {
            DocumentNode.Mapping { Entries.Count: > 0 } mapping => 1
                + mapping.Entries.Max(entry => Height(entry.Value)),
            DocumentNode.List { Items.Count: > 0 } list => 1 + list.Items.Max(Height),
            _ => 0,
        };

    private static string Inline(DocumentNode node) =>
        node switch
        {
            DocumentNode.Mapping mapping =>
                $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{Scalar(entry.Key, quoted: false)}: {Inline(entry.Value)}"))}}}",
            DocumentNode.List list => $"[{string.Join(", ", list.Items.Select(Inline))}]",
            DocumentNode.Scalar scalar => Scalar(scalar.Text, scalar.Quoted),
            _ => throw new ArgumentOutOfRangeException(
                nameof(node),
                node,
                "Only mappings, lists and scalars are written."
            ),
        };

    private static string Scalar(string value, bool quoted)
    {
        if (!quoted && Plain.IsMatch(value))
        {
            return value;
        }

        var text = new StringBuilder("\"");
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' => text.Append(
                    $"\\u{(int)letter:x4}"
                ),
                _ => text.Append(letter),
            };
        }

        return text.Append('"').ToString();
    }
}
