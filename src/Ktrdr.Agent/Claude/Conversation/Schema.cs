using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>Describes tools to a language model.</summary>
internal static class Schema
{
    /// <summary>A tool whose arguments are all required; no other is allowed.</summary>
    public static JsonObject Tool(string name, string description, params (string Name, JsonObject Kind)[] arguments) =>
        new()
        {
            ["name"] = name,
            ["description"] = description,
            ["input_schema"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(
                    arguments.Select(argument => KeyValuePair.Create(argument.Name, (JsonNode?)argument.Kind))
                ),
                ["required"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument.Name))]),
                ["additionalProperties"] = false,
            },
        };

    /// <summary>A text.</summary>
    public static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    /// <summary>One of a few words.</summary>
    public static JsonObject Word(params string[] words) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) };

    /// <summary>A list of texts. How many is said in words: strict mode knows no bounds on a list.</summary>
    public static JsonObject Texts(string description) =>
        new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "string" },
            ["description"] = description,
        };

    /// <summary>An object whose inside is checked by us.</summary>
    public static JsonObject Document(string description) =>
        new() { ["type"] = "object", ["description"] = description };
}
