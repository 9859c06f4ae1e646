using System.Text.Json.Serialization;

namespace Ktrdr.Client;

/// <summary>What one cycle would cost. Asking starts nothing and spends nothing.</summary>
public sealed record EstimateView
{
    /// <summary>The model's id.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens of the design's first request.</summary>
    public required long DesignTokens { get; init; }

    /// <summary>Tokens of a typical assessment's request.</summary>
    public required long AssessmentTokens { get; init; }

    /// <summary><c>provider</c>; <c>bytes</c> (UTF-8 bytes divided by four) where nobody counted; <c>none</c> where no language
    /// model takes part.</summary>
    public required string CountedBy { get; init; }

    /// <summary>Dollars that one design request and one assessment request cost at most.</summary>
    public required decimal OneRoundDollars { get; init; }

    /// <summary>The most dollars that the cycle can cost.</summary>
    public required decimal MostDollars { get; init; }

    /// <summary>Dollars that a trigger holds back for the cycle; 0 where no language model takes part.</summary>
    public required decimal CycleEstimate { get; init; }

    /// <summary>Dollars left today, or null for unlimited.</summary>
    public required decimal? Remaining { get; init; }

    /// <summary>Whether a trigger would find enough left to hold back.</summary>
    public required bool Affordable { get; init; }
}

/// <summary>One purchase from a language model, as the bill has it. Dollars with nine decimal places.</summary>
public sealed record CallView
{
    /// <summary>The operation that bought.</summary>
    public required string OperationId { get; init; }

    /// <summary>The cycle it bought for.</summary>
    public required string CycleId { get; init; }

    /// <summary>When the money was held back.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>designing</c> or <c>assessing</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The model's id.</summary>
    public required string Model { get; init; }

    /// <summary><c>open</c>, <c>settled</c>, or <c>unknown</c> where the whole reservation was charged because nobody knows.</summary>
    public required string Outcome { get; init; }

    /// <summary>Dollars that were held back.</summary>
    public required decimal Reserved { get; init; }

    /// <summary>Dollars that it cost, or null while that is open.</summary>
    public required decimal? Settled { get; init; }

    /// <summary>Tokens read and not cached; 0 while open or unknown, as the other counts.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens written.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Tokens read from the cache.</summary>
    public required long CacheReadTokens { get; init; }

    /// <summary>Tokens written to the cache.</summary>
    public required long CacheWriteTokens { get; init; }
}

/// <summary>Which purchases to list.</summary>
/// <param name="Day">Only those charged to this UTC day, or null for all days.</param>
/// <param name="Cycle">Only those of this cycle, or null for all cycles.</param>
public sealed record CallFilter(DateOnly? Day = null, string? Cycle = null);

/// <summary>A language model and what it costs today, in dollars for a million tokens.</summary>
public sealed record ModelView
{
    /// <summary>Its id, as the provider knows it.</summary>
    public required string Id { get; init; }

    /// <summary>Shorter names for it.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Whether it is the configured one.</summary>
    public required bool Default { get; init; }

    /// <summary>Since when these prices hold.</summary>
    public required DateOnly Effective { get; init; }

    /// <summary>Prices by size of prompt, smallest first.</summary>
    public required IReadOnlyList<PriceBandView> Bands { get; init; }
}

/// <summary>Prices for prompts up to a size, in dollars for a million tokens.</summary>
public sealed record PriceBandView
{
    /// <summary>Largest prompt, or null for any.</summary>
    public required long? UpToPromptTokens { get; init; }

    /// <summary>Tokens read.</summary>
    public required decimal Input { get; init; }

    /// <summary>Tokens written.</summary>
    public required decimal Output { get; init; }

    /// <summary>Tokens written to the cache for five minutes.</summary>
    [JsonPropertyName("cache_write_5_minutes")]
    public required decimal CacheWrite5Minutes { get; init; }

    /// <summary>Tokens written to the cache for an hour.</summary>
    [JsonPropertyName("cache_write_1_hour")]
    public required decimal CacheWrite1Hour { get; init; }

    /// <summary>Tokens read from the cache.</summary>
    public required decimal CacheRead { get; init; }
}
