using System.Globalization;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;
using static Ktrdr.Agent.Prompt;

namespace Ktrdr.Agent;

/// <summary>What a language model is told before it designs: what never changes, then the wish, the markets and what was learned.</summary>
internal static class DesignPrompt
{
    /// <summary>Tokens that the first request may have, tools included.</summary>
    public const int MostTokens = 8_000;

    private const int MostMarkets = 20;
    private const int MostExperiments = 15;
    private const int MostLearned = 3;
    private const int LongestReason = 200;
    private const int LongestLesson = 160;

    // What the request needs besides these texts: the tools' schemas and the JSON around everything.
    private const int Spare = 1_000;

    private static readonly string s_stable = Stable();

    /// <summary>The prompt for a brief.</summary>
    public static Prompt Write(DesignBrief brief, Aliases aliases, ResearchOptions options)
    {
        var user = new StringBuilder();
        if (brief.Wish is { } wish)
        {
            user.Append(
                    "The user's brief, to be followed as far as the rules above allow; it is a wish for the strategy and "
                )
                .Append("changes nothing else:\n<brief>\n")
                .Append(aliases.Mask(wish))
                .Append("\n</brief>\n\n");
        }

        user.Append("Markets on hand (figures of the learning window):\n");
        foreach (var market in brief.Markets.Take(MostMarkets))
        {
            user.Append(Line(market, brief.Named, aliases)).Append('\n');
        }

        user.Append('\n').Append(Gates(options)).Append('\n');
        var task =
            "\nDesign one new strategy for one of these markets. When you are sure of the document, call "
            + "save_strategy_config once; use validate_strategy_config only if you doubt it. Do not answer in prose.";
        var room = MostTokens - Spare - Prompt.Tokens(s_stable + user + task);
        user.Append(Experiments(brief, aliases, room)).Append(task);
        return Prompt.Of(s_stable, user.ToString());
    }

    private static string Line(MarketOnHand market, bool named, Aliases aliases)
    {
        var line = new StringBuilder()
            .Append($"- {aliases.Of(market.Symbol)} {market.Timeframe}: {Word(market.Kind)}")
            .Append(CultureInfo.InvariantCulture, $", {market.LearningBars} bars")
            .Append(
                market.HasSpread && double.IsFinite(market.Spread) ? $", spread {BasisPoints(market.Spread)} bp"
                : market.HasSpread ? ", real spread"
                : ", no spread in the data"
            );
        if (double.IsFinite(market.Volatility))
        {
            line.Append($", volatility {BasisPoints(market.Volatility)} bp a bar");
        }

        line.Append(market.HasVolume ? ", with volume" : ", without volume")
            .Append(market.Synthetic ? ", SYNTHETIC" : "");
        if (named)
        {
            line.Append(CultureInfo.InvariantCulture, $", {market.Start:yyyy-MM-dd} to {market.End:yyyy-MM-dd}");
        }

        return line.ToString();
    }

    private static string Gates(ResearchOptions options)
    {
        var (training, backtest) = (options.TrainingGate, options.BacktestGate);
        return "Gates it must pass. After training: accuracy on test rows at least "
            + $"{Number(training.MinimumAccuracy)}, loss at most {Number(training.MaximumLoss)}, loss lower by at least "
            + $"{Number(training.MinimumLossDecrease * 100)} %. After the backtest on later bars, costs included: win rate at least "
            + $"{Number(backtest.MinimumWinRate)}, drawdown at most {Number(backtest.MaximumDrawdown)}, annual Sharpe ratio at "
            + $"least {Number(backtest.MinimumSharpe)}.";
    }

    /// <summary>The relevant experiments, as many as there is room for.</summary>
    private static string Experiments(DesignBrief brief, Aliases aliases, long room)
    {
        const string Heading = "\nWhat was tried before, newest first; a repetition is refused:\n";
        var text = new StringBuilder();
        foreach (var experiment in brief.Earlier.Take(MostExperiments))
        {
            // An alias hides a symbol, but "the spring of 2015" is found by nobody: such words stay with those who may read them.
            var told = experiment.Named && !brief.Named ? experiment with { Learned = [] } : experiment;
            var line = aliases.Mask(Line(told, aliases));
            if (Prompt.Tokens(Heading + text + line) > room)
            {
                break;
            }

            text.Append(line);
        }

        return text.Length > 0 ? Heading + text : "\nNothing was tried before.\n";
    }

    private static string Line(Experiment experiment, Aliases aliases)
    {
        var line = new StringBuilder()
            .Append($"- {experiment.Name}, {aliases.Of(experiment.Symbol)} {experiment.Timeframe}: ")
            .Append(string.Join('+', experiment.Indicators))
            .Append(experiment.Labels.Length > 0 ? $", {experiment.Labels}" : "")
            .Append($"; {experiment.Outcome}")
            .Append(experiment.Verdict is { } verdict ? $", {verdict}" : "")
            .Append(experiment.Reason is { } reason ? $": {Cut(reason, LongestReason)}" : "");
        if (double.IsFinite(experiment.Accuracy))
        {
            line.Append($"; accuracy {Number(experiment.Accuracy)}");
        }

        if (double.IsFinite(experiment.SharpeRatio))
        {
            line.Append(
                    CultureInfo.InvariantCulture,
                    $", Sharpe {experiment.SharpeRatio:0.00}, {experiment.Trades} trades"
                )
                .Append($", win rate {Number(experiment.WinRate)}, drawdown {Number(experiment.MaxDrawdown)}");
        }

        line.Append('\n');
        foreach (var lesson in experiment.Learned.Take(MostLearned))
        {
            line.Append("  learned: ").Append(Cut(lesson, LongestLesson)).Append('\n');
        }

        return line.ToString();
    }

    /// <summary>What every design is told, whatever the market: the same bytes each time, so that a cache can keep them.</summary>
    private static string Stable()
    {
        var text = new StringBuilder()
            .Append(
                """
                You are a quantitative researcher. You design one neuro-fuzzy trading strategy: indicators are put into words by fuzzy
                sets, a small neural network learns from them which bars were worth a BUY, a SELL or neither (HOLD), and its
                probabilities become orders. The program trains, gates and backtests what you save; you see no prices, and nothing you
                write is run as code. Markets go by aliases such as market-1 and dates are withheld, so that no memory of a period
                can help.

                Tools: validate_strategy_config checks a document and lists every mistake; save_strategy_config hands it in, which ends
                your work. Give config as a JSON object.

                What has worked and what has not
                - Every trade pays the spread. On forex with a real spread, strategies that hold until the opposite signal lost to costs
                  nearly always; triple-barrier labels with wide, about symmetric barriers (2 to 6 times ATR) traded by their own barriers
                  are the ones that pass. max_holding_period near 10 to 16 times the squared multiplier leaves few HOLD labels.
                - A win rate of 0.45 needs a stop at least as wide as the take profit.
                - Prefer bounded indicators whose values mean the same in every market (rsi, stochastic, williamsr, adx, aroon, cci,
                  distancefromma, roc); raw prices and volume levels do not carry over. Two or three that measure different things.
                - Sets must cover the values that really occur: three overlapping sets per indicator, in its own units. For unbounded
                  ones (roc, cci, distancefromma) think of the volatility of a bar times the root of the period.
                - Small networks generalise: hidden layers [8] to [32, 16]; 8 to 30 epochs; dropout 0 to 0.2.
                - zigzag labels are mostly HOLD; if you use them, zigzag_threshold near 0.015 for hourly forex, more where bars move more.
                - A higher confidence_threshold means fewer, better trades; above 0.7 there are often none. No trades never pass.
                - State the belief that the backtest can refute, in one or two sentences, as hypothesis.

                The document (every key is checked; an unknown one is a mistake)

                """
            )
            .Append(Example)
            .Append(
                """

                Notes on it. version is always "3.0". The name is snake_case, letters, digits and _ only, and says the idea, not the
                market. Timeframes: {mode: single, timeframe: T} or {mode: multi_timeframe, list: [T, …], base_timeframe: T}; orders are decided
                on the base, which must be a timeframe on hand, and longer ones are made from it. A fuzzy set names its indicator, with a dot
                and the output where there are several (adx_14.adx). A membership is [a, b, c] (triangular, a ≤ b ≤ c),
                {type: trapezoidal, parameters: [a, b, c, d]} or {type: gaussian, parameters: [mean, deviation]}. nn_inputs may also hold
                {raw_indicator: ID, timeframes: all, normalization: zscore | minmax}. labels: {source: triple_barrier, pt_multiplier, sl_multiplier,
                max_holding_period, vol_span} or {source: zigzag, zigzag_threshold, label_lookahead}. exits may be left out: they follow the
                labels; else {type: barriers | horizon | opposite, take_profit_atr, stop_atr, atr_period, max_bars}. confidence_threshold is
                a fraction, 0 to 1. optimizer: adam, adamw, sgd or rmsprop. At most about 30 inputs in all (sets × timeframes × memberships).
                No date_range, no seed.

                Indicators: type(parameter default [range]) → outputs with unit and range; s = takes source (close, open, high, low, volume);
                v = needs volume.

                """
            );
        foreach (var indicator in IndicatorCatalogue.All)
        {
            text.Append(Line(indicator)).Append('\n');
        }

        return text.ToString();
    }

    internal const string Example = """
        {"name": "stretched_pullback", "version": "3.0", "description": "…", "hypothesis": "…",
         "training_data": {"symbols": {"mode": "single", "symbol": "market-1"},
           "timeframes": {"mode": "single", "timeframe": "1h"}},
         "indicators": {"rsi_14": {"type": "rsi", "period": 14}, "adx_14": {"type": "adx", "period": 14}},
         "fuzzy_sets": {
           "rsi_zone": {"indicator": "rsi_14", "low": [0, 20, 45], "mid": [30, 50, 70], "high": [55, 80, 100]},
           "trend": {"indicator": "adx_14.adx", "weak": [0, 0, 30],
             "strong": {"type": "trapezoidal", "parameters": [15, 40, 100, 100]}}},
         "nn_inputs": [{"fuzzy_set": "rsi_zone", "timeframes": "all"}, {"fuzzy_set": "trend", "timeframes": "all"}],
         "model": {"type": "mlp", "architecture": {"hidden_layers": [16, 8], "activation": "relu", "dropout": 0.1}},
         "decisions": {"output_format": "classification", "confidence_threshold": 0.55, "allow_short_from_flat": true,
           "filters": {"min_signal_separation": 4}},
         "training": {"method": "supervised",
           "labels": {"source": "triple_barrier", "pt_multiplier": 3, "sl_multiplier": 3, "max_holding_period": 90},
           "epochs": 20, "batch_size": 64, "learning_rate": 0.001, "optimizer": "adam"},
         "risk_management": {"position_fraction": 0.25}}

        """;

    private static string Line(IndicatorDefinition indicator)
    {
        var parameters = indicator.Parameters.Select(parameter =>
            parameter.Kind is ParameterKind.Choice
                ? $"{parameter.Name} {string.Join('|', parameter.Choices)}"
                : $"{parameter.Name} {Number(parameter.Default)}{Range(parameter)}"
        );
        var outputs = indicator.Outputs.Select(output =>
            (indicator.Outputs.Count > 1 ? $"{output.Name} " : "")
            + output.Unit
            + (output.Bounded ? $" {Number(output.Low)}..{Number(output.High)}" : "")
        );
        return $"{indicator.Type}({string.Join(", ", parameters)}) → {string.Join("; ", outputs)}"
            + (indicator.TakesSource ? " s" : "")
            + (indicator.NeedsVolume ? " v" : "");
    }

    private static string Range(IndicatorParameter parameter) =>
        double.IsFinite(parameter.Minimum) && double.IsFinite(parameter.Maximum)
            ? $" [{(parameter.MinimumExcluded ? ">" : "")}{Number(parameter.Minimum)}..{Number(parameter.Maximum)}]"
            : "";

    private static string Word(InstrumentKind kind) => kind.ToString().ToLowerInvariant();

    private static string BasisPoints(double fraction) =>
        (fraction * 10_000).ToString("0.0#", CultureInfo.InvariantCulture);
}
