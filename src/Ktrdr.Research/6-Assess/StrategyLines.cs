using System.Globalization;
using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>A strategy in a few lines, for a reader who has not the document.</summary>
internal static class StrategyLines
{
    public static IReadOnlyList<string> InLines(this StrategyDocument strategy) =>
        [
            $"indicators: {string.Join(", ", strategy.Indicators.Select(Of))}",
            $"fuzzy sets: {string.Join(", ", strategy.FuzzySets.Select(set => $"{set.Id} of {set.Indicator} ({set.Memberships.Count})"))}",
            $"labels: {Of(strategy.Training.Labels)}",
            $"network: {string.Join('-', strategy.Model.HiddenLayers)}, {strategy.Training.Epochs} epochs",
            $"orders: confidence above {Number(strategy.Decisions.ConfidenceThreshold)}, "
                + $"{(strategy.Decisions.AllowShortFromFlat ? "long and short" : "long only")}, "
                + $"{Number(strategy.PositionFraction)} of the cash a position",
            $"exits: {Of(strategy.Exits)}",
        ];

    private static string Of(StrategyIndicator indicator) =>
        $"{indicator.Definition.Type}({string.Join(", ", indicator.Definition.Parameters.Select(parameter => Of(parameter, indicator.Settings)))})";

    private static string Of(IndicatorParameter parameter, IndicatorSettings settings) =>
        parameter.Kind is ParameterKind.Choice
            ? settings.Choice(parameter.Name)
            : $"{parameter.Name} {Number(settings.Number(parameter.Name))}";

    private static string Of(LabelRules labels) =>
        labels switch
        {
            LabelRules.TripleBarrier barrier => $"triple_barrier, profit {Number(barrier.ProfitMultiplier)}, "
                + $"stop {Number(barrier.StopMultiplier)}, at most {barrier.MaxHoldingBars} bars",
            LabelRules.ZigZag zigzag => $"zigzag, threshold {Number(zigzag.Threshold)}",
            _ => labels.GetType().Name,
        };

    private static string Of(ExitRules exits) =>
        exits.Kind switch
        {
            ExitKind.Barriers => $"take profit {Number(exits.TakeProfitAtr)} ATR, stop {Number(exits.StopAtr)} ATR, "
                + $"at most {exits.MaxBars} bars",
            ExitKind.Horizon => $"after {exits.MaxBars} bars",
            _ => "at the opposite signal",
        };

    private static string Number(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
