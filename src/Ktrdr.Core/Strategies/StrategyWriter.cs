using System.Globalization;

namespace Ktrdr.Core;

/// <summary>Writes a strategy out in full: every effective value, in the order the format is explained in.</summary>
public static class StrategyWriter
{
    /// <summary>The document that reads back as this strategy.</summary>
    public static DocumentNode.Mapping Write(StrategyDocument strategy) =>
        Map(
            ("name", Text(strategy.Name)),
            ("description", Text(strategy.Description)),
            ("hypothesis", Text(strategy.Hypothesis)),
            ("version", Text(strategy.Version)),
            ("tags", List(strategy.Tags.Select(Text))),
            ("training_data", Data(strategy.Data)),
            ("indicators", Map([.. strategy.Indicators.Select(indicator => (indicator.Id, Indicator(indicator)))])),
            ("fuzzy_sets", Map([.. strategy.FuzzySets.Select(set => (set.Id, Set(set)))])),
            ("nn_inputs", List(strategy.Inputs.Select(Input))),
            (
                "model",
                Map(
                    ("type", Word("mlp")),
                    (
                        "architecture",
                        Map(
                            ("hidden_layers", List(strategy.Model.HiddenLayers.Select(units => Number(units)))),
                            ("activation", Word(strategy.Model.Activation, ModelSection.Activations)),
                            ("dropout", Number(strategy.Model.Dropout))
                        )
                    )
                )
            ),
            ("decisions", Decisions(strategy.Decisions)),
            ("exits", Exits(strategy.Exits)),
            ("training", Training(strategy.Training)),
            ("risk_management", Map(("position_fraction", Number(strategy.PositionFraction))))
        );

    private static DocumentNode Data(TrainingData data)
    {
        var several = data.Timeframes.Count > 1;
        var parts = new List<(string, DocumentNode)>
        {
            ("symbols", Map(("mode", Word("single")), ("symbol", Text(data.Symbol)))),
            (
                "timeframes",
                several
                    ? Map(
                        ("mode", Word("multi_timeframe")),
                        ("list", Names(data.Timeframes)),
                        ("base_timeframe", Word(data.BaseTimeframe.Name))
                    )
                    : Map(("mode", Word("single")), ("timeframe", Word(data.BaseTimeframe.Name)))
            ),
            ("history_required", Number(data.HistoryRequired)),
        };
        var range = new[] { ("start", data.Start), ("end", data.End) }
            .Where(day => day.Item2 is not null)
            .Select(day => (day.Item1, Text(day.Item2!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))))
            .ToArray();
        if (range.Length > 0)
        {
            parts.Add(("date_range", Map(range)));
        }

        return Map([.. parts]);
    }

    private static DocumentNode Indicator(StrategyIndicator indicator)
    {
        var settings = indicator.Settings;
        var parts = new List<(string, DocumentNode)> { ("type", Word(indicator.Definition.Type)) };
        parts.AddRange(
            indicator.Definition.Parameters.Select(parameter =>
                (
                    parameter.Name,
                    parameter.Kind is ParameterKind.Choice
                        ? Text(settings.Choice(parameter.Name))
                        : Number(settings.Number(parameter.Name))
                )
            )
        );
        if (indicator.Definition.TakesSource)
        {
            parts.Add(("source", Word(settings.Source)));
        }

        return Map([.. parts]);
    }

    private static DocumentNode Set(FuzzySet set) =>
        Map([
            ("indicator", Text(set.Indicator.ToString())),
            .. set.Memberships.Select(membership => (membership.Name, Membership(membership.Function))),
        ]);

    private static DocumentNode Membership(MembershipFunction function) =>
        function switch
        {
            MembershipFunction.Triangular t => Numbers(t.A, t.B, t.C),
            MembershipFunction.Trapezoidal t => Map(
                ("type", Word("trapezoidal")),
                ("parameters", Numbers(t.A, t.B, t.C, t.D))
            ),
            MembershipFunction.Gaussian g => Map(
                ("type", Word("gaussian")),
                ("parameters", Numbers(g.Mean, g.Deviation))
            ),
            _ => throw new ArgumentOutOfRangeException(
                nameof(function),
                function,
                "No spelling is known of this function."
            ),
        };

    private static DocumentNode Input(NetworkInput input) =>
        input switch
        {
            NetworkInput.Fuzzy fuzzy => Map(
                ("fuzzy_set", Text(fuzzy.FuzzySetId)),
                ("timeframes", Names(fuzzy.Timeframes))
            ),
            NetworkInput.Raw raw => Map(
                ("raw_indicator", Text(raw.Indicator.ToString())),
                ("timeframes", Names(raw.Timeframes)),
                ("normalization", Word(raw.Normalization, InputSection.Normalizations))
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "No spelling is known of this input."),
        };

    private static DocumentNode Decisions(DecisionRules rules) =>
        Map(
            ("output_format", Word("classification")),
            ("confidence_threshold", Number(rules.ConfidenceThreshold)),
            ("position_awareness", Flag(rules.PositionAwareness)),
            ("allow_short_from_flat", Flag(rules.AllowShortFromFlat)),
            (
                "filters",
                Map(
                    ("min_signal_separation", Number(rules.MinimumSignalSeparation)),
                    ("volume_filter", Flag(rules.VolumeFilter))
                )
            )
        );

    private static DocumentNode Exits(ExitRules exits)
    {
        var type = ("type", Word(exits.Kind, LabelSection.ExitKinds));
        return exits.Kind switch
        {
            ExitKind.Barriers => Map(
                type,
                ("take_profit_atr", Number(exits.TakeProfitAtr)),
                ("stop_atr", Number(exits.StopAtr)),
                ("atr_period", Number(exits.AtrPeriod)),
                ("max_bars", Number(exits.MaxBars))
            ),
            ExitKind.Horizon => Map(type, ("max_bars", Number(exits.MaxBars))),
            _ => Map(type),
        };
    }

    private static DocumentNode Training(TrainingDesign training)
    {
        var parts = new List<(string, DocumentNode)>
        {
            ("method", Word("supervised")),
            ("labels", Labels(training.Labels)),
            (
                "data_split",
                Map(
                    ("train", Number(training.TrainShare)),
                    ("validation", Number(training.ValidationShare)),
                    ("test", Number(training.TestShare))
                )
            ),
            ("epochs", Number(training.Epochs)),
            ("batch_size", Number(training.BatchSize)),
            ("learning_rate", Number(training.LearningRate)),
            ("optimizer", Word(training.Optimizer, TrainingSection.Optimizers)),
            ("weight_decay", Number(training.WeightDecay)),
            ("loss", Word("cross_entropy")),
            ("class_weights", Flag(training.ClassWeights)),
        };
        if (training.GradientClip is { } clip)
        {
            parts.Add(("gradient_clip", Number(clip)));
        }

        parts.Add(
            (
                "early_stopping",
                training.EarlyStopping is { } stopping
                    ? Map(
                        ("enabled", Flag(true)),
                        ("patience", Number(stopping.Patience)),
                        ("min_delta", Number(stopping.MinimumDelta)),
                        ("monitor", Word("val_loss"))
                    )
                    : Map(("enabled", Flag(false)))
            )
        );
        if (training.Seed is { } seed)
        {
            parts.Add(("seed", Number(seed)));
        }

        return Map([.. parts]);
    }

    private static DocumentNode Labels(LabelRules labels) =>
        labels switch
        {
            LabelRules.ZigZag zigzag => Map(
                ("source", Word("zigzag")),
                ("zigzag_threshold", Number(zigzag.Threshold)),
                ("label_lookahead", Number(zigzag.Lookahead))
            ),
            LabelRules.TripleBarrier barrier => Map(
                ("source", Word("triple_barrier")),
                ("pt_multiplier", Number(barrier.ProfitMultiplier)),
                ("sl_multiplier", Number(barrier.StopMultiplier)),
                ("max_holding_period", Number(barrier.MaxHoldingBars)),
                ("vol_span", Number(barrier.VolatilitySpan)),
                ("vol_method", Word(barrier.Volatility, LabelSection.Volatilities))
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(labels), labels, "No spelling is known of these labels."),
        };

    private static DocumentNode.Mapping Map(params (string Key, DocumentNode Value)[] parts) =>
        new([.. parts.Select(part => new DocumentEntry(part.Key, part.Value))]);

    private static DocumentNode.List List(IEnumerable<DocumentNode> items) => new([.. items]);

    private static DocumentNode Names(IEnumerable<Timeframe> timeframes) =>
        List(timeframes.Select(timeframe => Word(timeframe.Name)));

    private static DocumentNode Numbers(params double[] numbers) => List(numbers.Select(Number));

    private static DocumentNode Number(double number) =>
        Word(number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant());

    private static DocumentNode Flag(bool flag) => Word(flag ? "true" : "false");

    private static DocumentNode Word<T>(T meaning, (string Word, T Meaning)[] words)
        where T : struct, Enum => Word(words.First(pair => pair.Meaning.Equals(meaning)).Word);

    private static DocumentNode Word(string word) => new DocumentNode.Scalar(word, Quoted: false);

    // What begins with a letter and goes on plainly needs no quotes, unless a reader of YAML would take it for something else.
    private static DocumentNode Text(string text)
    {
        var plain =
            text.Length > 0
            && char.IsAsciiLetter(text[0])
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
            && !Misread.Contains(text);
        return new DocumentNode.Scalar(text, Quoted: !plain);
    }

    private static readonly HashSet<string> Misread = new(
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n"],
        StringComparer.OrdinalIgnoreCase
    );
}
