namespace Ktrdr.Core;

/// <summary>What each bar should have taught, and how far ahead that was read.</summary>
/// <param name="Classes">A <see cref="Signal"/> as a number for each bar; <see cref="None"/> where there is no label.</param>
/// <param name="LookTo">The last bar that each label was read from; the bar itself where there is no label.</param>
public sealed record LabelColumn(int[] Classes, int[] LookTo)
{
    /// <summary>The class of a bar without a label; such a bar is dropped, never guessed.</summary>
    public const int None = -1;
}

/// <summary>Labels bars by the rules of a strategy.</summary>
public static class LabelMaker
{
    /// <summary>Labels every bar that can be labelled from these bars alone.</summary>
    /// <param name="bars">Bars of the base timeframe, none later than the work may see.</param>
    /// <param name="rules">Which labels.</param>
    public static LabelColumn Label(Bars bars, LabelRules rules)
    {
        var labels = new LabelColumn(new int[bars.Count], new int[bars.Count]);
        switch (rules)
        {
            case LabelRules.ZigZag zigZag:
                ZigZagLabels.Fill(bars.Close, zigZag.Threshold, labels.Classes, labels.LookTo);
                break;
            case LabelRules.TripleBarrier barriers:
                TripleBarrierLabels.Fill(bars, barriers, labels.Classes, labels.LookTo);
                break;
            default:
                throw new ArgumentException($"There are no labels of kind {rules.GetType().Name}.", nameof(rules));
        }

        return labels;
    }
}
