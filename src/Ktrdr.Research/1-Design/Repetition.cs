using System.Globalization;
using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>Tells a new design from one that was tried on the same market before.</summary>
/// <param name="earlier">Everything that was tried.</param>
internal sealed class Repetition(IReadOnlyList<Experiment> earlier)
{
    /// <summary>What a strategy repeats, in a sentence that names the earlier one and what became of it; or null.</summary>
    public string? Of(StrategyDocument strategy)
    {
        var (symbol, timeframe) = (strategy.Data.Symbol, strategy.Data.BaseTimeframe.Name);
        var rivals = earlier.Where(known => known.Symbol == symbol && known.Timeframe == timeframe).ToList();
        if (rivals.Count == 0)
        {
            return null;
        }

        var hash = StrategyHash.Of(strategy);
        if (rivals.Find(known => known.Hash == hash) is { } same)
        {
            return Sentence("is, but for its words, the same strategy as", same);
        }

        var behaviour = Behaviour.Of(strategy);
        return behaviour is not null && rivals.Find(known => known.Behaviour == behaviour) is { } alike
            ? Sentence("does the same on probe bars as", alike)
            : null;

        string Sentence(string relation, Experiment known) =>
            $"'{strategy.Name}' {relation} '{known.Name}', which was tried on {symbol} {timeframe} and ended {Ending(known)}";
    }

    /// <summary>What a design that repeats an earlier one fails with.</summary>
    public static OperationError Error(string sentence) =>
        new(
            "design_repeated",
            sentence,
            "Ask for something else with --brief or another --seed; 'ktrdr agent trigger --strategy NAME' tries an earlier one again."
        );

    private static string Ending(Experiment known)
    {
        var figures = new[]
        {
            ("accuracy", known.Accuracy, "0.#%"),
            ("win rate", known.WinRate, "0.#%"),
            ("drawdown", known.MaxDrawdown, "0.#%"),
            ("Sharpe ratio", known.SharpeRatio, "0.##"),
        }
            .Where(figure => double.IsFinite(figure.Item2))
            .Select(figure => $"{figure.Item1} {figure.Item2.ToString(figure.Item3, CultureInfo.InvariantCulture)}")
            .Append(known.Trades > 0 ? $"{known.Trades} trades" : "");
        var words = new[] { known.Verdict, known.Reason, string.Join(", ", figures.Where(text => text.Length > 0)) };
        var told = words.Where(text => !string.IsNullOrEmpty(text)).ToList();
        return told.Count == 0 ? $"{known.Outcome}." : $"{known.Outcome}: {string.Join("; ", told)}.";
    }
}
