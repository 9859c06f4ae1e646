using System.Security.Cryptography;
using System.Text;

namespace Ktrdr.Loopback;

/// <summary>What the server writes into ids and thoughts, to know them again without remembering them.</summary>
internal static class Signature
{
    private const string AfterThought = "toolu_t";

    /// <summary>The signature of a thought.</summary>
    public static string Of(string thought) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"loopback:{thought}")));

    /// <summary>A new id for a use of a tool.</summary>
    public static string ToolUseId(bool hasThought) => (hasThought ? AfterThought : "toolu_0") + Random();

    /// <summary>Whether the use of a tool with this id came after a thought.</summary>
    public static bool HasThought(string toolUseId) => toolUseId.StartsWith(AfterThought, StringComparison.Ordinal);

    /// <summary>A new id with this beginning.</summary>
    public static string Id(string prefix) => prefix + Random();

    private static string Random() => RandomNumberGenerator.GetHexString(20, lowercase: true);
}
