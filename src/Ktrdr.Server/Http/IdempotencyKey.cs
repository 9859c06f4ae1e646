using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ktrdr.Operations;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Server;

/// <summary>The header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): however often a request is sent under
/// one key, it is done once.</summary>
internal static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";
    private const int Longest = 255;

    /// <summary>The key of a request and what it stands for; null where there is none, or why it cannot be one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body as it was understood: spelling and the order of its keys do not count.</param>
    /// <param name="shape">How the body is written.</param>
    public static (StartKey? Key, ProblemResult? Problem) Of<T>(HttpRequest request, T body, JsonTypeInfo<T> shape)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
        {
            return (null, null);
        }

        // The draft writes it as a string in quotes, most clients without.
        var key = values.ToString() is ['"', .. var quoted, '"'] ? quoted : values.ToString();
        return values.Count == 1 && key.Length is > 0 and <= Longest && key.All(letter => letter is >= ' ' and <= '~')
            ? (new StartKey(key, Fingerprint(body, shape)), null)
            : (
                null,
                ProblemResult.Invalid(
                    "invalid_idempotency_key",
                    $"The header {Header} must come once, with 1 to {Longest} printable ASCII characters.",
                    "Draw a new one for every cycle you mean to start, such as a UUID."
                )
            );
    }

    private static string Fingerprint<T>(T body, JsonTypeInfo<T> shape)
    {
        // Without what was left out: a later version may know more that can be.
        var said = JsonSerializer.SerializeToNode(body, shape)!.AsObject();
        foreach (var (name, value) in said.ToList())
        {
            if (value is null || value.GetValueKind() == JsonValueKind.False)
            {
                said.Remove(name);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.ToJsonString())));
    }
}
