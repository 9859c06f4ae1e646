using System.Text;

namespace Ktrdr.Core;

/// <summary>Shows a value inside a message: in quotes, on one line, never longer than a reader wants.</summary>
internal static class Quote
{
    private const int Longest = 60;

    public static string Of(string value)
    {
        var shown = new StringBuilder("'");
        foreach (var letter in value.AsSpan(0, Math.Min(value.Length, Longest)))
        {
            _ =
                char.IsControl(letter) || char.IsSurrogate(letter)
                    ? shown.Append($"\\u{(int)letter:x4}")
                    : shown.Append(letter);
        }

        return shown.Append(value.Length > Longest ? "…'" : "'").ToString();
    }

    public static string Of(DocumentNode node) =>
        node switch
        {
            DocumentNode.Scalar { IsNull: true } => "nothing",
            DocumentNode.Scalar scalar => Of(scalar.Text),
            DocumentNode.List list => $"a list of {list.Items.Count}",
            DocumentNode.Mapping mapping => $"a mapping of {mapping.Entries.Count}",
            _ => "nothing",
        };
}
