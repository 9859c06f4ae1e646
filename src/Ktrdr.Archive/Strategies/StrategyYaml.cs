using System.Text;
using Ktrdr.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Ktrdr.Archive;

/// <summary>Takes YAML text apart into a neutral document, and refuses what YAML can do and a strategy never needs.</summary>
/// <remarks>
/// Refused: more than 64 KiB, text that is not UTF-8, control characters, more than one document, directives, anchors,
/// aliases, tags, merges, keys that are not scalars, and nesting deeper than 32. The events are judged as they come, so
/// nothing is expanded and no depth is reached that would exhaust the stack.
/// </remarks>
public static class StrategyYaml
{
    /// <summary>Most bytes of a document.</summary>
    public const int MaximumBytes = 64 * 1024;

    private const int MaximumDepth = 32;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Reads and checks a strategy from the bytes of a file.</summary>
    public static StrategyReading Check(ReadOnlySpan<byte> bytes)
    {
        var (root, errors) = Read(bytes);
        return root is null ? StrategyReading.Unreadable(errors) : StrategyReader.Read(root);
    }

    /// <summary>Takes the bytes of a file apart; the root is null exactly when there is an error.</summary>
    public static (DocumentNode? Root, IReadOnlyList<string> Errors) Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumBytes)
        {
            return (null, [$"the document has {bytes.Length} bytes; a strategy has at most {MaximumBytes}"]);
        }

        var text = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        try
        {
            return ReadText(Strict.GetString(text));
        }
        catch (DecoderFallbackException fault)
        {
            return (null, [$"byte {fault.Index + bytes.Length - text.Length} is not UTF-8; save the file as UTF-8"]);
        }
    }

    /// <summary>Takes a text apart; the root is null exactly when there is an error.</summary>
    public static (DocumentNode? Root, IReadOnlyList<string> Errors) Read(string text) =>
        Encoding.UTF8.GetByteCount(text) > MaximumBytes
            ? (
                null,
                [$"the document has {Encoding.UTF8.GetByteCount(text)} bytes; a strategy has at most {MaximumBytes}"]
            )
            : ReadText(text);

    private static (DocumentNode? Root, IReadOnlyList<string> Errors) ReadText(string text)
    {
        if (ControlCharacter(text) is { } control)
        {
            return (null, [control]);
        }

        try
        {
            return (Document(new Parser(new StringReader(text))), []);
        }
        catch (RefusedYamlException refused)
        {
            return (null, [refused.Message]);
        }
        catch (YamlException fault)
        {
            return (null, [$"line {fault.Start.Line}: this is not YAML, or ends too early: {fault.Message}"]);
        }
        catch (Exception fault)
            when (fault is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet itself stumbles over some texts, such as a list that is never closed before a mapping goes on.
            return (null, ["this is not YAML, or ends too early: look for a bracket or a quote that is never closed"]);
        }
    }

    private static DocumentNode Document(Parser parser)
    {
        DocumentNode? root = null;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case DocumentStart when HasDirective(parser):
                    throw Refuse(
                        parser,
                        "directives have no place in a strategy; take the lines that start with % out"
                    );
                case DocumentStart when root is not null:
                    throw Refuse(parser, "there is a second document; keep one strategy in a file");
                case StreamStart or StreamEnd or DocumentStart or DocumentEnd:
                    break;
                default:
                    root = Node(parser, "", 1);
                    break;
            }
        }

        return root
            ?? throw new RefusedYamlException("the document is empty; a strategy starts with 'name: my_strategy'");
    }

    private static bool HasDirective(Parser parser) =>
        parser.Current is DocumentStart start
        && (start.Version is not null || start.Tags?.Any(tag => !IsStandard(tag)) == true);

    private static bool IsStandard(YamlDotNet.Core.Tokens.TagDirective tag) =>
        tag is { Handle: "!", Prefix: "!" } or { Handle: "!!", Prefix: "tag:yaml.org,2002:" };

    private static DocumentNode Node(Parser parser, string path, int depth)
    {
        var line = Line(parser);
        switch (parser.Current)
        {
            case AnchorAlias alias:
                throw Refuse(
                    parser,
                    $"{Place(path)}the alias '*{alias.Value}' is not supported; repeat what it stands for"
                );
            case NodeEvent { Anchor.IsEmpty: false } anchored:
                throw Refuse(parser, $"{Place(path)}the anchor '&{anchored.Anchor}' is not supported; take it out");
            case NodeEvent { Tag.IsEmpty: false } tagged:
                throw Refuse(parser, $"{Place(path)}the tag '{tagged.Tag}' is not supported; take it out");
            case Scalar scalar:
                return new DocumentNode.Scalar(scalar.Value, scalar.Style is not ScalarStyle.Plain, line);
        }

        if (depth > MaximumDepth)
        {
            throw Refuse(parser, $"it is nested deeper than {MaximumDepth}; a strategy needs 5");
        }

        return parser.Current is SequenceStart ? List(parser, path, depth, line) : Mapping(parser, path, depth, line);
    }

    private static DocumentNode.List List(Parser parser, string path, int depth, int line)
    {
        var items = new List<DocumentNode>();
        while (Next(parser) is not SequenceEnd)
        {
            items.Add(Node(parser, $"{path}[{items.Count}]", depth + 1));
        }

        return new DocumentNode.List(items, line);
    }

    private static DocumentNode.Mapping Mapping(Parser parser, string path, int depth, int line)
    {
        var entries = new List<DocumentEntry>();
        while (Next(parser) is not MappingEnd)
        {
            var keyLine = Line(parser);
            if (Node(parser, path, depth + 1) is not DocumentNode.Scalar key)
            {
                throw new RefusedYamlException(
                    $"line {keyLine}: {Place(path)}a key must be a name, not a list or a mapping"
                );
            }

            if (key is { Text: "<<", Quoted: false })
            {
                throw new RefusedYamlException(
                    $"line {keyLine}: {Place(path)}the merge '<<' is not supported; repeat the keys"
                );
            }

            Next(parser);
            var below = path.Length == 0 ? key.Text : $"{path}.{key.Text}";
            entries.Add(new DocumentEntry(key.Text, Node(parser, below, depth + 1), keyLine));
        }

        return new DocumentNode.Mapping(entries, line);
    }

    private static ParsingEvent Next(Parser parser) =>
        parser.MoveNext() ? parser.Current! : throw new RefusedYamlException("the document ends too early");

    private static int Line(Parser parser) => (int)parser.Current!.Start.Line;

    private static string Place(string path) =>
        path.Length switch
        {
            0 => "",
            <= 80 => $"{path}: ",
            _ => $"{path[..80]}…: ",
        };

    private static RefusedYamlException Refuse(Parser parser, string message) => new($"line {Line(parser)}: {message}");

    private static string? ControlCharacter(string text)
    {
        var line = 1;
        foreach (var letter in text)
        {
            line += letter == '\n' ? 1 : 0;
            if (char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'))
            {
                return $"line {line}: there is a control character, \\u{(int)letter:x4}; take it out";
            }
        }

        return null;
    }

    private sealed class RefusedYamlException(string message) : Exception(message);
}
