using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The language models there are, and what they cost.</summary>
public interface ILanguageModels
{
    /// <summary>Whether there is a key to reach them with.</summary>
    bool HaveKey { get; }

    /// <summary>The model for a wish: an alias, an id, or null for the configured one.</summary>
    ModelChoice Choose(string? wish);

    /// <summary>Every model with a price, the configured one first.</summary>
    IReadOnlyList<PricedModel> List();

    /// <summary>What a cycle can cost at most: prompts as they would go out now, limits as they are set. Sends no prompt and
    /// spends nothing.</summary>
    Task<CycleEstimate> EstimateAsync(DesignBrief brief, CancellationToken cancellationToken);
}

/// <summary>What came of choosing a model.</summary>
public abstract record ModelChoice
{
    private ModelChoice() { }

    /// <summary>A model with a price.</summary>
    /// <param name="Id">Its id, as the provider knows it.</param>
    public sealed record Chosen(string Id) : ModelChoice;

    /// <summary>None: unknown, unpriced, or no key.</summary>
    /// <param name="Refusal">Why, and the way out.</param>
    public sealed record Refused(Refusal Refusal) : ModelChoice;
}

/// <summary>A model and its prices today, in dollars for a million tokens.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Aliases">Shorter names for it.</param>
/// <param name="Default">Whether it is the configured one.</param>
/// <param name="Effective">Since when the prices hold.</param>
/// <param name="Bands">Prices by size of prompt, smallest first.</param>
public sealed record PricedModel(
    string Id,
    IReadOnlyList<string> Aliases,
    bool Default,
    DateOnly Effective,
    IReadOnlyList<PriceBand> Bands
);

/// <summary>Prices for prompts up to a size, in dollars for a million tokens.</summary>
/// <param name="UpToPromptTokens">Largest prompt (input, cache reads and writes together), or null for any.</param>
/// <param name="Input">Tokens read.</param>
/// <param name="Output">Tokens written.</param>
/// <param name="CacheWrite5Minutes">Tokens written to the cache for five minutes.</param>
/// <param name="CacheWrite1Hour">Tokens written to the cache for an hour.</param>
/// <param name="CacheRead">Tokens read from the cache.</param>
public sealed record PriceBand(
    long? UpToPromptTokens,
    decimal Input,
    decimal Output,
    decimal CacheWrite5Minutes,
    decimal CacheWrite1Hour,
    decimal CacheRead
);

/// <summary>What a cycle can cost.</summary>
public sealed record CycleEstimate
{
    /// <summary>The model it is for.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens of the design's first request.</summary>
    public required long DesignTokens { get; init; }

    /// <summary>Tokens of a typical assessment's request.</summary>
    public required long AssessmentTokens { get; init; }

    /// <summary><c>provider</c>; <c>bytes</c> (UTF-8 bytes divided by four) where nobody counted; <c>none</c> where no
    /// language model takes part.</summary>
    public required string CountedBy { get; init; }

    /// <summary>What one design request and one assessment request cost at most.</summary>
    public required Money OneRound { get; init; }

    /// <summary>The most a cycle can cost: its limit, or all rounds at their most, whichever is less.</summary>
    public required Money Most { get; init; }

    /// <summary>The estimate of a cycle without a language model.</summary>
    public static CycleEstimate Nothing(string model) =>
        new()
        {
            Model = model,
            DesignTokens = 0,
            AssessmentTokens = 0,
            CountedBy = "none",
            OneRound = Money.Zero,
            Most = Money.Zero,
        };
}
