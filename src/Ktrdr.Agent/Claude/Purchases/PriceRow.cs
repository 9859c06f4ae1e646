using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>A model and every price it ever had.</summary>
/// <param name="Id">Its id, as the provider knows it.</param>
/// <param name="Aliases">Shorter names for it.</param>
/// <param name="Rows">Its prices, oldest first.</param>
internal sealed record ModelPrices(string Id, IReadOnlyList<string> Aliases, IReadOnlyList<PriceRow> Rows)
{
    /// <summary>The newest prices that hold on a day, or null before the first.</summary>
    public PriceRow? On(DateOnly day) => Rows.LastOrDefault(row => row.Effective <= day);
}

/// <summary>What a model costs from a day on.</summary>
/// <param name="Effective">The first day.</param>
/// <param name="Verified">The day somebody looked it up.</param>
/// <param name="Source">Where.</param>
/// <param name="Bands">Prices by size of prompt, smallest first; the last is open.</param>
internal sealed record PriceRow(DateOnly Effective, DateOnly Verified, string Source, IReadOnlyList<PriceBand> Bands)
{
    private const decimal NanoPerToken = 1_000m; // a dollar for a million tokens is a thousand nano-dollars for one

    /// <summary>What an exchange cost. The whole prompt chooses one band, and every token is charged by it.</summary>
    public Money Cost(TokenUsage usage)
    {
        var band = Bands.First(band => band.UpToPromptTokens is not { } most || usage.Prompt <= most);
        return (Token(band.Input) * usage.Input)
            + (Token(band.Output) * usage.Output)
            + (Token(band.CacheRead) * usage.CacheRead)
            + (Token(band.CacheWrite5Minutes) * usage.CacheWrite5Minutes)
            + (Token(band.CacheWrite1Hour) * usage.CacheWrite1Hour);
    }

    /// <summary>The most that a prompt of at most so many tokens can cost, and a token of the reply to it.</summary>
    /// <remarks>The dearest way to read a prompt is to write it to the cache for five minutes; we never ask for an hour. A
    /// shorter prompt may fall into a band before, so every band within reach is looked at.</remarks>
    public Ceiling Most(long promptTokens)
    {
        var prompt = Money.Zero;
        var output = Money.Zero;
        var beyond = -1L;
        foreach (var band in Bands.TakeWhile(_ => beyond < promptTokens))
        {
            var tokens = Math.Min(promptTokens, band.UpToPromptTokens ?? long.MaxValue);
            var read = Token(Math.Max(band.CacheWrite5Minutes, Math.Max(band.Input, band.CacheRead))) * tokens;
            prompt = read > prompt ? read : prompt;
            output = Token(band.Output) > output ? Token(band.Output) : output;
            beyond = band.UpToPromptTokens ?? long.MaxValue;
        }

        return new Ceiling(prompt, output);
    }

    /// <summary>Whether a price can be charged exactly: a whole number of nano-dollars for one token.</summary>
    public static bool IsExact(decimal dollarsForAMillion) =>
        dollarsForAMillion * NanoPerToken is var nano && nano == decimal.Truncate(nano) && nano <= int.MaxValue;

    private static Money Token(decimal dollarsForAMillion) => new((long)(dollarsForAMillion * NanoPerToken));
}

/// <summary>The most an exchange can cost.</summary>
/// <param name="Prompt">Its whole prompt.</param>
/// <param name="OutputToken">One token of its reply.</param>
internal readonly record struct Ceiling(Money Prompt, Money OutputToken);
