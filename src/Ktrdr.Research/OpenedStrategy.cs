using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>A strategy that somebody named, or why it cannot be used.</summary>
internal sealed record OpenedStrategy(StrategyDocument? Document, Refusal? Refusal)
{
    public static async Task<OpenedStrategy> OfAsync(
        IStrategyShelf strategies,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return new OpenedStrategy(await strategies.OpenAsync(name, cancellationToken), null);
        }
        catch (StrategyRefusedException refused)
        {
            return new OpenedStrategy(
                null,
                new Refusal(
                    "invalid_strategy",
                    refused.Message,
                    "See what there is with 'ktrdr strategies list', and check one with 'ktrdr strategies validate NAME'."
                )
            );
        }
    }
}
