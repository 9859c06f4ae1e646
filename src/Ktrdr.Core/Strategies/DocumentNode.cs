using System.Globalization;
using System.Text.Json;

namespace Ktrdr.Core;

/// <summary>A piece of a document before anybody has said what it means: a mapping, a list or a scalar.</summary>
/// <remarks>It knows no file format, so a YAML file and an object from a language model are read by the same rules.</remarks>
/// <param name="Line">Where it stands in the text, 1 for the first line; 0 when it does not come from a text.</param>
public abstract record DocumentNode(int Line)
{
    /// <summary>Keys with their values, in the order of the document; a key may stand twice, which the reader refuses.</summary>
    public sealed record Mapping(IReadOnlyList<DocumentEntry> Entries, int Line = 0) : DocumentNode(Line)
    {
        /// <summary>The value of a key, or null.</summary>
        public DocumentNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
    }

    /// <summary>Values in order.</summary>
    public sealed record List(IReadOnlyList<DocumentNode> Items, int Line = 0) : DocumentNode(Line);

    /// <summary>One value, as it is spelt.</summary>
    /// <param name="Text">The characters, without quotes.</param>
    /// <param name="Quoted">Whether it stood in quotes, which makes it a text whatever it looks like.</param>
    /// <param name="Line">Where it stands.</param>
    public sealed record Scalar(string Text, bool Quoted, int Line = 0) : DocumentNode(Line)
    {
        /// <summary>Whether it says that there is no value.</summary>
        public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";
    }

    /// <summary>Takes over a JSON value, for documents that were handed over as objects.</summary>
    /// <exception cref="FormatException">A text in it is not valid Unicode.</exception>
    public static DocumentNode From(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => new Mapping([
                .. json.EnumerateObject().Select(pair => new DocumentEntry(TextOf(() => pair.Name), From(pair.Value))),
            ]),
            JsonValueKind.Array => new List([.. json.EnumerateArray().Select(From)]),
            JsonValueKind.String => new Scalar(TextOf(() => json.GetString()!), Quoted: true),
            JsonValueKind.Undefined => new Scalar("null", Quoted: false),
            _ => new Scalar(json.GetRawText(), Quoted: false),
        };

    /// <summary>Whether two nodes say the same, wherever they stand; numbers count by value.</summary>
    public static bool SameContent(DocumentNode one, DocumentNode other) =>
        (one, other) switch
        {
            (Scalar a, Scalar b) => a.Text == b.Text || SameNumber(a.Text, b.Text),
            (List a, List b) => a.Items.Count == b.Items.Count
                && a.Items.Zip(b.Items).All(pair => SameContent(pair.First, pair.Second)),
            (Mapping a, Mapping b) => a.Entries.Count == b.Entries.Count
                && a.Entries.All(entry => b.Find(entry.Key) is { } value && SameContent(entry.Value, value)),
            _ => false,
        };

    private static bool SameNumber(string one, string other) =>
        double.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out var a)
        && double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
        && a.Equals(b);

    private static string TextOf(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException(
                "A text of the document is not valid Unicode; half a character stands alone.",
                error
            );
        }
    }
}

/// <summary>One key of a mapping with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Line">Where the key stands; 0 when it does not come from a text.</param>
public sealed record DocumentEntry(string Key, DocumentNode Value, int Line = 0);
