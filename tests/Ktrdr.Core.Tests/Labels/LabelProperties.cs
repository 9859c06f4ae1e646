namespace Ktrdr.Core.Tests;

/// <summary>What holds for labels of every kind.</summary>
internal static class LabelProperties
{
    /// <summary>Takes away, and then replaces, every bar after some cut: labels that looked no further stay.</summary>
    public static void HoldWhenTheFutureChanges(LabelRules rules)
    {
        var kept = 0;
        RandomMarkets.Check(input =>
        {
            var bars = input.Bars;
            var whole = LabelMaker.Label(bars, rules);
            var cut = bars.Count * 2 / 3;
            var truncated = LabelMaker.Label(bars.Slice(0, cut), rules);
            var replaced = LabelMaker.Label(Doubled(bars, cut), rules);
            for (var i = 0; i < cut; i++)
            {
                Assert.True(whole.LookTo[i] >= i, "a label read only the past");
                if (whole.Classes[i] != LabelColumn.None && whole.LookTo[i] < cut)
                {
                    kept++;
                    Assert.Equal(whole.Classes[i], truncated.Classes[i]);
                    Assert.Equal(whole.Classes[i], replaced.Classes[i]);
                }
            }
        });
        Assert.True(kept > 1_000, $"only {kept} labels were compared");
    }

    private static Bars Doubled(Bars bars, int from)
    {
        double[] Column(ReadOnlySpan<double> values)
        {
            var changed = values.ToArray();
            for (var i = from; i < changed.Length; i++)
            {
                changed[i] *= 2;
            }

            return changed;
        }

        return new Bars(
            bars.Timeframe,
            bars.Times.ToArray(),
            Column(bars.Open),
            Column(bars.High),
            Column(bars.Low),
            Column(bars.Close),
            bars.Volume.ToArray(),
            null
        );
    }
}
