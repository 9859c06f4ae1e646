namespace Ktrdr.Loopback;

/// <summary>What the server charges, in whole nano-dollars a token. Written down here on its own, so that a mistake in the
/// product's table or arithmetic shows as a difference.</summary>
/// <remarks>From the provider's price page of November 2026: four dollars for a million tokens are 4,000 nano-dollars each.</remarks>
public static class Prices
{
    private static readonly DateOnly Autumn = new(2026, 10, 7);

    /// <summary>Whether the model is sold on a day.</summary>
    public static bool Sells(string model, DateOnly day) => Find(model, day, prompt: 0) is not null;

    /// <summary>What an exchange costs exactly.</summary>
    public static long Exact(string model, DateOnly day, TokenCounts usage)
    {
        var price = Of(model, day, usage.Prompt);
        return checked(
            (usage.Input * price.Input)
            + (usage.Output * price.Output)
            + (usage.CacheRead * price.CacheRead)
            + (usage.CacheWrite5Minutes * price.CacheWrite5Minutes)
            + (usage.CacheWrite1Hour * price.CacheWrite1Hour)
        );
    }

    /// <summary>The most an exchange can cost: its whole prompt written to the cache, and every token of output it asked for.</summary>
    public static long Most(string model, DateOnly day, long promptTokens, long maxTokens, bool hourCache)
    {
        var price = Of(model, day, promptTokens);
        var write = hourCache ? price.CacheWrite1Hour : price.CacheWrite5Minutes;
        return checked((promptTokens * write) + (maxTokens * price.Output));
    }

    private static TokenPrice Of(string model, DateOnly day, long prompt) =>
        Find(model, day, prompt) ?? throw new ArgumentException($"{model} has no price on {day:yyyy-MM-dd}.");

    private static TokenPrice? Find(string model, DateOnly day, long prompt) =>
        model switch
        {
            "claude-opus-5-5" => new TokenPrice(4_000, 20_000, 5_000, 8_000, 200),
            "claude-sonnet-5-5" => new TokenPrice(2_000, 10_000, 2_500, 4_000, day < Autumn ? 200 : 100),
            "claude-haiku-5-5" when day < Autumn => null,
            "claude-haiku-5-5" when prompt <= 100_000 => new TokenPrice(100, 500, 125, 200, 10),
            "claude-haiku-5-5" => new TokenPrice(500, 2_500, 625, 1_000, 50),
            _ => null,
        };

    private sealed record TokenPrice(
        long Input,
        long Output,
        long CacheWrite5Minutes,
        long CacheWrite1Hour,
        long CacheRead
    );
}
