using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>Puts a strategy on the shelf and says what the rest of a cycle needs to know of it.</summary>
internal static class StrategyDesigns
{
    public static async Task<DesignResult> AsDesignAsync(
        this StrategyDocument strategy,
        IStrategyShelf strategies,
        int candidates,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            StrategyName = strategy.Name,
            StrategyPath = strategies.PathOf(strategy.Name),
            StrategyIdentity = await strategies.PutAsync(strategy, cancellationToken),
            StrategyHash = StrategyHash.Of(strategy),
            Symbol = strategy.Data.Symbol,
            Timeframe = strategy.Data.BaseTimeframe.Name,
            Indicators = [.. strategy.Indicators.Select(indicator => indicator.Definition.Type)],
            Hypothesis = strategy.Hypothesis,
            Labels = strategy.Training.Labels is LabelRules.TripleBarrier ? "triple_barrier" : "zigzag",
            Behaviour = Behaviour.Of(strategy),
            Candidates = candidates,
        };
}
