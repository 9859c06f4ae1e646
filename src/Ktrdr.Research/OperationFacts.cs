using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>What every operation of research says about itself, so that a list of them can be read.</summary>
internal static class OperationFacts
{
    public static IReadOnlyDictionary<string, object?> Of(StrategyDocument strategy) =>
        Of(strategy.Name, strategy.Data.Symbol, strategy.Data.BaseTimeframe.Name);

    public static IReadOnlyDictionary<string, object?> Of(string strategyName, string symbol, string timeframe) =>
        new Dictionary<string, object?>
        {
            ["strategy_name"] = strategyName,
            ["symbol"] = symbol,
            ["timeframe"] = timeframe,
        };

    /// <summary>What is known of a cycle from its order alone.</summary>
    public static Dictionary<string, object?> Of(CycleOrder order) =>
        new()
        {
            ["phase"] = (order.Strategy is null ? Phase.Designing : Phase.Training).Name,
            ["model"] = order.Model,
            ["bypass_gates"] = order.BypassGates,
            ["named"] = order.Provider == Providers.Anthropic ? order.Named : null,
            ["symbol"] = order.Symbol,
            ["timeframe"] = order.Timeframe,
            ["strategy_name"] = order.Strategy,
        };
}
