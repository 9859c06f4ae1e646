using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ktrdr.System.Tests;

/// <summary>YAML as what a program sees in it: the same tree that JSON has.</summary>
internal static class Yaml
{
    /// <summary>Reads the one document of a file.</summary>
    public static JsonNode Read(string path)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(path);
        yaml.Load(text);
        return Node(yaml.Documents.Single().RootNode)!;
    }

    private static JsonNode? Node(YamlNode node) =>
        node switch
        {
            YamlMappingNode mapping => new JsonObject(
                mapping.Children.Select(child =>
                    KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Node(child.Value))
                )
            ),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
            YamlScalarNode { Style: ScalarStyle.Plain } plain => Scalar(plain.Value ?? ""),
            YamlScalarNode quoted => quoted.Value,
            _ => throw new FormatException($"What is {node}?"),
        };

    private static JsonNode? Scalar(string text) =>
        text switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => text,
        };
}
