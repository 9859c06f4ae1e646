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
}
