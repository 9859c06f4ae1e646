using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Loopback;

/// <summary>Counts prompts by a fixed rule, four UTF-8 bytes of system, messages and tools a token, and remembers which of
/// their beginnings were written to the cache.</summary>
/// <remarks>Nothing is forgotten while the server lives: tests have no five minutes.</remarks>
internal sealed class PromptCache(long leastTokens)
{
    private const int BytesAToken = 4;

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock _gate = new();
    private readonly HashSet<string> _remembered = [];

    /// <summary>Tokens of a request's whole prompt.</summary>
    public static long Count(JsonObject body) =>
        Tokens(((string[])["tools", "system", "messages"]).Sum(part => body[part] is { } node ? Bytes(node) : 0));

    /// <summary>Tokens of a text.</summary>
    public static long Tokens(string text) => Tokens(Encoding.UTF8.GetByteCount(text));

    /// <summary>How many bytes so many tokens have at most.</summary>
    public static long BytesOf(long tokens) => tokens * BytesAToken;

    /// <summary>What is read, read from the cache and written to it for a prompt; what is written is remembered.</summary>
    public TokenCounts Read(JsonObject body)
    {
        var total = Count(body);
        var ends = Blocks(body).ToList();
        var last = ends.FindLastIndex(end => end.Lifetime is not null);
        if (last < 0 || ends[last].Tokens < leastTokens)
        {
            return new TokenCounts(total, Output: 0);
        }

        lock (_gate)
        {
            var known = ends.FindLastIndex(last, end => _remembered.Contains(end.Hash));
            var read = known < 0 ? 0 : ends[known].Tokens;
            long five = 0,
                hour = 0,
                done = read;
            foreach (var end in ends.Skip(known + 1).Take(last - known).Where(end => end.Lifetime is not null))
            {
                (five, hour) =
                    end.Lifetime == "1h" ? (five, hour + end.Tokens - done) : (five + end.Tokens - done, hour);
                done = end.Tokens;
                _remembered.Add(end.Hash);
            }

            return new TokenCounts(total - done, Output: 0, read, five, hour);
        }
    }

    // The beginnings of a prompt, one a block: tools first, then system, then messages, as the provider reads them.
    private static IEnumerable<(long Tokens, string Hash, string? Lifetime)> Blocks(JsonObject body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes((string)body["model"]!));
        var blocks = (body["tools"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Concat(ReceivedRequest.Blocks(body["system"]))
            .Concat(
                (body["messages"] as JsonArray ?? []).SelectMany(message => ReceivedRequest.Blocks(message!["content"]))
            );
        long bytes = 0;
        foreach (var block in blocks)
        {
            var bare = block.DeepClone().AsObject();
            bare.Remove("cache_control");
            hash.AppendData(Encoding.UTF8.GetBytes(bare.ToJsonString(Plain)));
            bytes += Bytes(block);
            var lifetime = block["cache_control"] is { } mark ? (string?)mark["ttl"] ?? "5m" : null;
            yield return (Tokens(bytes), Convert.ToHexString(hash.GetCurrentHash()), lifetime);
        }
    }

    private static long Bytes(JsonNode node) => Encoding.UTF8.GetByteCount(node.ToJsonString(Plain));

    private static long Tokens(long bytes) => (bytes + BytesAToken - 1) / BytesAToken;
}
