using System.Text.Json;

namespace Ktrdr.Cli;

/// <summary>Something a tool takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>string</c>, <c>integer</c> or <c>boolean</c>, as JSON Schema has it.</param>
/// <param name="Meaning">What it is for.</param>
internal sealed record AssistantParameter(string Name, string Kind, string Meaning)
{
    /// <summary>Whether the tool makes no sense without it.</summary>
    public bool Required { get; init; }
}

/// <summary>What an assistant gave a tool, checked against what the tool takes: whoever read the schema may still not keep it.</summary>
internal sealed class AssistantArguments
{
    private readonly IReadOnlyDictionary<string, JsonElement> _given;

    private AssistantArguments(IReadOnlyDictionary<string, JsonElement> given) => _given = given;

    /// <summary>Takes arguments in; a null one counts as left out.</summary>
    /// <exception cref="Complaint">One is unknown, missing, or of the wrong kind.</exception>
    public static AssistantArguments Read(
        IDictionary<string, JsonElement>? given,
        IReadOnlyList<AssistantParameter> known
    )
    {
        var present = (given ?? new Dictionary<string, JsonElement>())
            .Where(argument => argument.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary();
        var names = known.Select(parameter => parameter.Name).ToArray();
        foreach (var (name, value) in present)
        {
            if (known.FirstOrDefault(parameter => parameter.Name == name) is not { } parameter)
            {
                throw Refuse(
                    $"There is no argument '{Words.Plain(name)}' here.{Nearest.Question(name, names)}",
                    names.Length == 0 ? "Give none." : $"Use {string.Join(", ", names)}."
                );
            }

            if (!Fits(value, parameter.Kind))
            {
                throw Refuse(
                    $"{name} is {Words.Plain(Shorten(value.GetRawText()))}, which is no {parameter.Kind}.",
                    $"{name}: {parameter.Meaning}"
                );
            }
        }

        return
            known.FirstOrDefault(parameter => parameter.Required && !present.ContainsKey(parameter.Name)) is { } missing
            ? throw Refuse($"{missing.Name} is missing.", $"{missing.Name}: {missing.Meaning}")
            : new AssistantArguments(present);
    }

    /// <summary>A text, or null when it was left out.</summary>
    public string? Text(string name) => _given.TryGetValue(name, out var value) ? value.GetString() : null;

    /// <summary>A whole number, or null when it was left out.</summary>
    public int? Number(string name) => _given.TryGetValue(name, out var value) ? value.GetInt32() : null;

    /// <summary>A flag; false when it was left out.</summary>
    public bool Flag(string name) => _given.TryGetValue(name, out var value) && value.GetBoolean();

    private static bool Fits(JsonElement value, string kind) =>
        kind switch
        {
            "string" => value.ValueKind is JsonValueKind.String,
            "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out _),
            _ => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        };

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static Complaint Refuse(string message, string next) =>
        new(Exit.Usage, message, next) { Code = "invalid_arguments" };
}
