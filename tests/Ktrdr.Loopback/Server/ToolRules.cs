using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Ktrdr.Loopback.RequestRules;

namespace Ktrdr.Loopback;

/// <summary>What the provider asks of tools, and of schemas that are to be kept strictly.</summary>
internal static class ToolRules
{
    private static readonly string[] s_types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    // A strict schema becomes a grammar, and a grammar cannot count.
    private static readonly string[] s_notStrict =
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "patternProperties",
        "propertyNames",
        "not",
        "if",
        "oneOf",
    ];

    public static void Check(JsonArray tools)
    {
        var names = new HashSet<string>();
        for (var at = 0; at < tools.Count; at++)
        {
            var name = (string?)tools[at]?["name"];
            Require(
                name is not null && Regex.IsMatch(name, "^[a-zA-Z0-9_-]{1,128}$"),
                $"tools.{at}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
            );
            Require(names.Add(name!), "tools: Tool names must be unique.");
            var schema = tools[at]!["input_schema"] as JsonObject;
            Require((string?)schema?["type"] == "object", $"tools.{at}.input_schema.type: Input should be 'object'");
            var strict = tools[at]!["strict"] is JsonValue value && value.GetValue<bool>();
            CheckSchema(schema!, $"tools.{at}.input_schema", strict);
        }
    }

    private static void CheckSchema(JsonObject schema, string place, bool strict)
    {
        foreach (var type in TypesOf(schema))
        {
            Require(s_types.Contains(type), $"{place}: JSON schema is invalid: '{type}' is not a type");
        }

        var properties = schema["properties"] as JsonObject ?? [];
        Require(
            schema["properties"] is null or JsonObject,
            $"{place}: JSON schema is invalid: properties must be an object"
        );
        foreach (var required in schema["required"] as JsonArray ?? [])
        {
            Require(
                properties.ContainsKey((string)required!),
                $"{place}: JSON schema is invalid: '{required}' is required and not described"
            );
        }

        if (strict)
        {
            CheckStrict(schema, place);
        }

        foreach (var (below, path) in Below(schema, properties))
        {
            CheckSchema(below, $"{place}.{path}", strict);
        }
    }

    private static void CheckStrict(JsonObject schema, string place)
    {
        Require(
            !TypesOf(schema).Contains("object")
                || schema["additionalProperties"]?.GetValueKind() == System.Text.Json.JsonValueKind.False,
            $"{place}: For 'object' type, 'additionalProperties' must be explicitly set to false"
        );
        var counted = s_notStrict.FirstOrDefault(schema.ContainsKey);
        Require(counted is null, $"{place}: property '{counted}' is not supported in a strict schema");
        Require(
            schema["minItems"] is not { } least || (int)least <= 1,
            $"{place}: For 'array' type, 'minItems' values other than 0 or 1 are not supported"
        );
    }

    private static IEnumerable<(JsonObject Schema, string Path)> Below(JsonObject schema, JsonObject properties)
    {
        foreach (var (name, property) in properties)
        {
            Require(property is JsonObject, $"properties.{name}: JSON schema is invalid: it must be an object");
            yield return (property!.AsObject(), $"properties.{name}");
        }

        foreach (var key in (string[])["items", "additionalProperties"])
        {
            if (schema[key] is JsonObject below)
            {
                yield return (below, key);
            }
        }

        foreach (var choice in (schema["anyOf"] as JsonArray ?? []).OfType<JsonObject>())
        {
            yield return (choice, "anyOf");
        }
    }

    private static IEnumerable<string> TypesOf(JsonObject schema) =>
        schema["type"] switch
        {
            JsonArray several => several.Select(type => (string)type!),
            JsonValue one => [(string)one!],
            _ => [],
        };
}
