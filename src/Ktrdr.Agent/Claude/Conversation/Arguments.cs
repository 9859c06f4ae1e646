using System.Text.Json;
using Ktrdr.Core;

namespace Ktrdr.Agent;

/// <summary>The arguments of a call, checked against what the tool takes: the provider's schema is a wish, this is the rule.</summary>
internal sealed class Arguments
{
    // A strategy may be nested 32 deep, and stands one level below the arguments.
    internal const int MaximumDepth = 33;

    private readonly Dictionary<string, JsonElement> _values = [];
    private readonly List<string> _problems = [];

    private Arguments() { }

    /// <summary>Everything that is wrong so far, each in a sentence.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Takes JSON apart; only the named arguments may be there, each once.</summary>
    public static Arguments Read(string json, params string[] known)
    {
        var arguments = new Arguments();
        if (Parse(json, MaximumDepth) is not { } root)
        {
            arguments._problems.Add("the arguments are not JSON, or nested too deeply");
        }
        else if (root.ValueKind != JsonValueKind.Object)
        {
            arguments._problems.Add($"the arguments are no object; give {string.Join(", ", known)}");
        }
        else
        {
            arguments.Take(root, known);
        }

        return arguments;
    }

    /// <summary>Takes JSON apart, or returns null.</summary>
    public static JsonElement? Parse(string json, int depth)
    {
        try
        {
            return JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = depth });
        }
        catch (JsonException)
        {
            return null;
        }
        catch (ArgumentException)
        {
            // Half a character in the text itself, which has no UTF-8.
            return null;
        }
    }

    /// <summary>An argument that must be there, of whatever kind.</summary>
    public JsonElement? Value(string name)
    {
        if (_values.TryGetValue(name, out var value))
        {
            return value;
        }

        _problems.Add($"{name}: missing");
        return null;
    }

    /// <summary>A text that must be there, as a line of plain words.</summary>
    public string Line(string name, int longest) => Value(name) is { } value ? Line(name, value, longest) : "";

    /// <summary>A name that a strategy may have, or an empty text.</summary>
    public string Name(string name)
    {
        if (Value(name) is not { } value)
        {
            return "";
        }

        if (StrategyName.Refuse(Text(value) ?? "", out var plain) is not { } reason)
        {
            return plain;
        }

        _problems.Add($"{name}: {reason}");
        return "";
    }

    /// <summary>One of a few words.</summary>
    public string Word(string name, params string[] words)
    {
        if (Value(name) is { } value && (Text(value) is not { } text || !words.Contains(text)))
        {
            _problems.Add($"{name}: must be one of {string.Join(", ", words)}");
        }

        return _values.TryGetValue(name, out var given) ? Text(given) ?? "" : "";
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Lines(string name, int fewest, int most, int longest)
    {
        if (Value(name) is not { } value)
        {
            return [];
        }

        var count = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;
        if (count < fewest || count > most)
        {
            _problems.Add($"{name}: must be a list of {fewest} to {most} texts, not of {count}");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => Line($"{name}[{index}]", item, longest))];
    }

    /// <summary>The characters of a text as they are, or null where it is none, or half characters stand in it.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private string Line(string name, JsonElement value, int longest)
    {
        if (Text(value) is not { } text)
        {
            _problems.Add($"{name}: must be a text");
            return "";
        }

        var line = Plain.Line(text);
        if (line.Length == 0 || line.Length > longest)
        {
            _problems.Add($"{name}: has {line.Length} characters; 1 to {longest} are kept");
        }

        return line;
    }

    private void Take(JsonElement root, string[] known)
    {
        foreach (var property in root.EnumerateObject())
        {
            if (NameOf(property) is not { } name || !known.Contains(name))
            {
                _problems.Add($"there is an argument that is not known; give only {string.Join(", ", known)}");
            }
            else if (!_values.TryAdd(name, property.Value))
            {
                _problems.Add($"{name}: is there twice");
            }
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
