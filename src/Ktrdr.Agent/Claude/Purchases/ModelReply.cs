using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>One whole reply of a language model, as it was bought. Recorded before it is used.</summary>
internal sealed record ModelReply
{
    /// <summary>The provider's id of the message.</summary>
    public required string MessageId { get; init; }

    /// <summary>The model that answered, by its own account.</summary>
    public required string Model { get; init; }

    /// <summary>Why it stopped: one of the seven, or a word of the provider's that we do not know yet.</summary>
    public required string StopReason { get; init; }

    /// <summary>The content blocks, exactly as they must be handed back in the next request.</summary>
    public required JsonArray Content { get; init; }

    /// <summary>What was used, as the provider said.</summary>
    public required TokenUsage Usage { get; init; }
}

/// <summary>Tokens of one exchange, each kind counted once.</summary>
/// <param name="Input">Read and not cached.</param>
/// <param name="Output">Written, thinking included.</param>
/// <param name="CacheRead">Read from the cache.</param>
/// <param name="CacheWrite5Minutes">Written to the cache for five minutes.</param>
/// <param name="CacheWrite1Hour">Written to the cache for an hour.</param>
internal sealed record TokenUsage(
    long Input,
    long Output,
    long CacheRead = 0,
    long CacheWrite5Minutes = 0,
    long CacheWrite1Hour = 0
)
{
    /// <summary>Tokens of the whole prompt, which choose the price band.</summary>
    public long Prompt => Input + CacheRead + CacheWrite5Minutes + CacheWrite1Hour;
}
