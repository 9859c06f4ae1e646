using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ktrdr.Core;

/// <summary>What a strategy does, as one number: the same for two that differ only in what people call and say of them.</summary>
public static class StrategyHash
{
    private static readonly HashSet<string> Unheard = ["name", "description", "hypothesis", "tags", "version"];

    /// <summary>SHA-256, in lower-case hex, over every effective value but name, description, hypothesis, tags and version.</summary>
    /// <remarks>Order counts, since it is the order of the network's inputs. A seed of the strategy's own counts, since it decides results.</remarks>
    public static string Of(StrategyDocument strategy)
    {
        var text = new StringBuilder();
        foreach (var entry in StrategyWriter.Write(strategy).Entries.Where(entry => !Unheard.Contains(entry.Key)))
        {
            Append(text, entry.Key);
            Append(text, entry.Value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, DocumentNode node)
    {
        switch (node)
        {
            case DocumentNode.Mapping mapping:
                text.Append('{');
                foreach (var entry in mapping.Entries)
                {
                    Append(text, entry.Key);
                    Append(text, entry.Value);
                }

                text.Append('}');
                break;
            case DocumentNode.List list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    Append(text, item);
                }

                text.Append(']');
                break;
            case DocumentNode.Scalar scalar:
                Append(text, scalar.Text);
                break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(node),
                    node,
                    "Only mappings, lists and scalars are hashed."
                );
        }
    }

    // With its length before it, no text can pass for two.
    private static void Append(StringBuilder text, string value) =>
        text.Append(value.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(value).Append(';');
}
