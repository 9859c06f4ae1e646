using System.Globalization;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>The built-in assessor: writes from the numbers, and says nothing that they do not.</summary>
/// <remarks><c>promising</c> needs evidence that a result is more than luck, and no evidence is computed yet, so the best
/// verdict it gives is <c>mediocre</c>.</remarks>
public sealed class LocalAssessor : IAssessor
{
    private const int Most = 4;

    /// <inheritdoc/>
    public string Name => Providers.Local;

    /// <inheritdoc/>
    public Task<AssessmentReply> AssessAsync(
        AssessmentBrief brief,
        IWorkContext work,
        CancellationToken cancellationToken
    ) => Task.FromResult(new AssessmentReply(Assess(brief), InputTokens: 0, OutputTokens: 0));

    /// <summary>The opinion that the figures support.</summary>
    public static Assessment Assess(AssessmentBrief brief)
    {
        var remarks = Remarks(brief).ToList();
        var strengths = Pick(remarks, Tone.Strength);
        var weaknesses = Pick(remarks, Tone.Weakness);
        var metrics = brief.Backtest.Metrics;
        var beatsHolding = metrics.SharpeRatio > brief.Backtest.BuyAndHold.SharpeRatio;
        var verdict =
            metrics.SharpeRatio > 0
            && brief.Gates.All(gate => gate.Passed)
            && (beatsHolding || metrics.SharpeRatio > 0.5)
                ? "mediocre"
                : "poor";
        return new Assessment(
            verdict,
            [.. strengths.Select(remark => remark.Sentence)],
            [.. weaknesses.Select(remark => remark.Sentence)],
            [.. weaknesses.Select(remark => remark.Suggestion).Where(text => text.Length > 0).Distinct()]
        );
    }

    /// <summary>Everything worth saying, the weightiest of each tone first.</summary>
    private static IEnumerable<Remark> Remarks(AssessmentBrief brief)
    {
        var (training, backtest) = (brief.Training, brief.Backtest);
        var (metrics, holding) = (backtest.Metrics, backtest.BuyAndHold);

        if (brief.Synthetic)
        {
            yield return Weakness(
                "the bars are synthetic: nothing here says anything about a real market",
                "import real bars with 'ktrdr data import' and run the cycle on them"
            );
        }

        yield return metrics.SharpeRatio > 0
            ? Strength(
                $"earns {Money(metrics.TotalReturn)} after costs, a Sharpe ratio of {Number(metrics.SharpeRatio)}"
            )
            : Weakness(
                $"loses after costs: {Money(metrics.TotalReturn)}, a Sharpe ratio of {Number(metrics.SharpeRatio)}",
                "trade less often, or wider barriers, so that the spread weighs less"
            );

        var margin = training.Accuracy - training.MajorityAccuracy;
        yield return margin > 0
            ? Strength(
                $"test accuracy {Percent(training.Accuracy)} beats the most frequent class ({Percent(training.MajorityAccuracy)})"
            )
            : Weakness(
                $"test accuracy {Percent(training.Accuracy)} does not beat always answering the most frequent class ({Percent(training.MajorityAccuracy)})",
                "try other indicators or a longer label horizon; this input carries little"
            );

        yield return metrics.SharpeRatio > holding.SharpeRatio
            ? Strength($"its Sharpe ratio is above buy-and-hold's {Number(holding.SharpeRatio)}")
            : Weakness(
                $"buy-and-hold did better: a Sharpe ratio of {Number(holding.SharpeRatio)}",
                "ask whether the strategy adds anything to simply holding"
            );

        yield return metrics.TotalTrades >= 30
            ? Strength($"{metrics.TotalTrades} trades are enough to look at an average")
            : Weakness(
                $"{metrics.TotalTrades} trades are too few to tell skill from luck",
                "lower the confidence threshold or shorten the holding time to trade more often"
            );

        yield return metrics.MaxDrawdown <= 0.15
            ? Strength($"the largest drawdown is {Percent(metrics.MaxDrawdown)}")
            : Weakness(
                $"the largest drawdown is {Percent(metrics.MaxDrawdown)}",
                "take a smaller share of the cash per position"
            );

        yield return Weakness(
            $"one of {brief.Candidates + 1} ideas tried on the way here: the best of several coin flips looks like this too",
            "run it on another market or period before believing it"
        );

        yield return Strength(
            $"the loss fell from {Number(training.InitialLoss)} to {Number(training.FinalLoss)} on {training.Rows.Training} rows"
        );
        yield return Weakness(
            "one backtest on one window is no evidence of skill",
            "compare it with other seeds of the same idea"
        );
        yield return Strength(
            $"every decision was made at a bar's close and filled at the next open, at {Number(backtest.Costs.Commission * 10_000)} basis points of commission and the {(backtest.Costs.UsesDataSpread ? "market's own" : "assumed")} spread"
        );
    }

    private static List<Remark> Pick(List<Remark> remarks, Tone tone) =>
        [.. remarks.Where(remark => remark.Tone == tone).Take(Most)];

    private static Remark Strength(string sentence) => new(Tone.Strength, sentence, "");

    private static Remark Weakness(string sentence, string suggestion) => new(Tone.Weakness, sentence, suggestion);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Money(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    private enum Tone
    {
        Strength,
        Weakness,
    }

    private sealed record Remark(Tone Tone, string Sentence, string Suggestion);
}
