using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>Holds a document against a JSON schema: as much of the language as the compose specification speaks, and a word that is
/// not known is an error, so that nothing is passed over in silence.</summary>
internal sealed class JsonSchema(JsonNode root)
{
    private static readonly HashSet<string> s_silent =
    [
        "$schema",
        "id",
        "title",
        "description",
        "definitions",
        "deprecated",
        // Formats are duration, expose, ports and subnet_ip_address: of the specification's own making, for people.
        "format",
    ];

    /// <summary>Everything that is wrong with a document, with its path; nothing when it is right.</summary>
    public IReadOnlyList<string> Complaints(JsonNode? document) => [.. Complaints(document, root.AsObject(), "")];

    private IEnumerable<string> Complaints(JsonNode? node, JsonObject schema, string path) =>
        schema.SelectMany(rule => Complaints(node, schema, rule.Key, rule.Value!, path));

    private IEnumerable<string> Complaints(
        JsonNode? node,
        JsonObject schema,
        string word,
        JsonNode rule,
        string path
    ) =>
        word switch
        {
            _ when s_silent.Contains(word) => [],
            "$ref" => Complaints(node, Definition((string)rule!), path),
            "type" => Types(rule).Any(type => Is(node, type)) ? [] : [$"{path} is no {rule.ToJsonString()}"],
            "enum" => rule.AsArray().Any(one => JsonNode.DeepEquals(one, node)) ? [] : [$"{path} is none of {rule}"],
            "oneOf" => Count(node, rule, path) == 1 ? [] : [$"{path} is not one of what it may be"],
            "anyOf" => Count(node, rule, path) > 0 ? [] : [$"{path} is nothing that it may be"],
            "minimum" => node is JsonValue && Is(node, "number") && (double)node! < (double)rule!
                ? [$"{path} < {rule}"]
                : [],
            "maximum" => node is JsonValue && Is(node, "number") && (double)node! > (double)rule!
                ? [$"{path} > {rule}"]
                : [],
            "required" when node is JsonObject of => rule.AsArray()
                .Where(name => !of.ContainsKey((string)name!))
                .Select(name => $"{path} lacks {name}"),
            "items" when node is JsonArray of => of.SelectMany(
                (item, at) => Complaints(item, rule.AsObject(), $"{path}[{at}]")
            ),
            "uniqueItems" when node is JsonArray of => of.Select(item => item?.ToJsonString()).Distinct().Count()
            == of.Count
                ? []
                : [$"{path} says the same twice"],
            "properties" when node is JsonObject of => of.Where(one => rule[one.Key] is not null)
                .SelectMany(one => Complaints(one.Value, rule[one.Key]!.AsObject(), $"{path}/{one.Key}")),
            "patternProperties" when node is JsonObject of => from one in of
            from pattern in rule.AsObject()
            where Regex.IsMatch(one.Key, pattern.Key)
            from complaint in Complaints(one.Value, pattern.Value!.AsObject(), $"{path}/{one.Key}")
            select complaint,
            "additionalProperties" when node is JsonObject of => of.Where(one => !IsNamed(one.Key, schema))
                .SelectMany(one => Additional(one, rule, path)),
            "required" or "items" or "uniqueItems" or "properties" or "patternProperties" or "additionalProperties" =>
            [],
            _ => throw new NotSupportedException($"The schema says '{word}', which is not understood here."),
        };

    private IEnumerable<string> Additional(KeyValuePair<string, JsonNode?> one, JsonNode rule, string path) =>
        rule is JsonObject schema ? Complaints(one.Value, schema, $"{path}/{one.Key}")
        : (bool)rule ? []
        : [$"{path}/{one.Key} is not in the specification"];

    private int Count(JsonNode? node, JsonNode schemas, string path) =>
        schemas.AsArray().Count(schema => !Complaints(node, schema!.AsObject(), path).Any());

    // Always of the form #/definitions/NAME.
    private JsonObject Definition(string reference) => root["definitions"]![reference.Split('/')[^1]]!.AsObject();

    private static bool IsNamed(string key, JsonObject schema) =>
        (schema["properties"] as JsonObject)?.ContainsKey(key) == true
        || (schema["patternProperties"] as JsonObject)?.Any(pattern => Regex.IsMatch(key, pattern.Key)) == true;

    private static IEnumerable<string> Types(JsonNode rule) =>
        rule is JsonArray several ? several.Select(type => (string)type!) : [(string)rule!];

    private static bool Is(JsonNode? node, string type) =>
        (type, node?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("object", JsonValueKind.Object) => true,
            ("array", JsonValueKind.Array) => true,
            ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("null", JsonValueKind.Null) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => double.IsInteger((double)node!),
            _ => false,
        };
}
