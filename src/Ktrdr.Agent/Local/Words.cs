using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Puts an idea into a name, a description and a hypothesis.</summary>
internal static class Words
{
    /// <summary>A name that tells what it measures and where, such as <c>rsi14_adx28_eurusd_1h</c>.</summary>
    public static string Name(Idea idea, MarketOnHand market)
    {
        var columns = string.Join('_', idea.Indicators.Select(column => $"{column.Definition.Type}{column.Period}"));
        var symbol = new string([.. market.Symbol.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
        return $"{columns}_{symbol}_{market.Timeframe}";
    }

    /// <summary>What it does, in a sentence.</summary>
    public static string Describe(Idea idea, MarketOnHand market)
    {
        var columns = string.Join(", ", idea.Indicators.Select(column => $"{column.Definition.Type}({column.Period})"));
        var sides = idea.AllowShort ? "long and short" : "long only";
        return idea.Labels switch
        {
            LabelRules.TripleBarrier barriers =>
                $"Trades {market.Symbol} {market.Timeframe} {sides} on {columns}; leaves at {barriers.ProfitMultiplier} ATR of profit, {barriers.StopMultiplier} ATR of loss or after {barriers.MaxHoldingBars} bars.",
            LabelRules.ZigZag zigzag =>
                $"Trades {market.Symbol} {market.Timeframe} {sides} on {columns}, taught by swings of {zigzag.Threshold * 100}%; leaves at the opposite signal.",
            _ => $"Trades {market.Symbol} {market.Timeframe} {sides} on {columns}.",
        };
    }

    /// <summary>What its author believes.</summary>
    public static string Hypothesis(Idea idea)
    {
        var first = idea.Indicators[0].Definition;
        var belief = first.Category switch
        {
            "momentum" => "how one-sided the last bars were",
            "trend" => "how strong the trend is",
            "volatility" => "how wide the market moves",
            "volume" => "what volume says about a move",
            _ => "the recent shape of the market",
        };
        return $"{char.ToUpperInvariant(belief[0])}{belief[1..]}, read by {string.Join(" and ", idea.Indicators.Select(column => column.Definition.Type))}, tells which barrier comes first often enough to pay for the costs.";
    }
}
