namespace Ktrdr.Core;

/// <summary>Reads a strategy and checks every rule. The only way from a document to a strategy, for a file, a person or a model.</summary>
/// <remarks>It is strict (an unknown key is an error), complete (all errors at once) and says what was meant where it can.</remarks>
public static class StrategyReader
{
    private const int ManyInputs = 60;

    private static readonly (string Key, string Example)[] Required =
    [
        ("name", "my_strategy"),
        ("version", "\"3.0\""),
        ("training_data", "{symbols: {mode: single, symbol: EURUSD}, timeframes: {mode: single, timeframe: 1h}}"),
        ("indicators", "{rsi_14: {type: rsi, period: 14}}"),
        ("fuzzy_sets", "{rsi_zone: {indicator: rsi_14, low: [0, 25, 45]}}"),
        ("nn_inputs", "[{fuzzy_set: rsi_zone, timeframes: all}]"),
        ("model", "{type: mlp, architecture: {hidden_layers: [32, 16]}}"),
        ("decisions", "{output_format: classification}"),
        ("training", "{labels: {source: triple_barrier}}"),
    ];

    /// <summary>Reads a document from its root.</summary>
    public static StrategyReading Read(DocumentNode root)
    {
        var findings = new Findings();
        var whole = new Value("", root, findings);
        if (root is not DocumentNode.Mapping mapping)
        {
            whole.Refuse($"{whole} is not a strategy; a strategy is a mapping that starts with 'name: my_strategy'");
            return Reading(findings, null);
        }

        if (OlderFormat(mapping) is { } older)
        {
            whole.Refuse(older);
            return Reading(findings, null);
        }

        var document = Read(new Section(whole, findings), findings);
        return Reading(findings, findings.Errors.Count == 0 ? document : null);
    }

    private static StrategyDocument Read(Section root, Findings findings)
    {
        foreach (var (key, example) in Required)
        {
            if (IsEmpty(root.Take(key)))
            {
                findings.MissingSections.Add(key);
                root.Place.Missing(key, example);
            }
        }

        var name = root.Take("name") is { } named ? Name(named) : "";
        var description = root.Take("description")?.Text() ?? "";
        var hypothesis = root.Take("hypothesis")?.Text() ?? "";
        var version = root.Take("version") is { } versioned ? Version(versioned) : "";
        var tags = Tags(root.Take("tags"));
        var data = Part(root, "training_data") is { } learned ? DataSection.Read(learned) : NoData;
        root.NotYet("context_data", "strategies see the bars of one symbol; leave it out");
        if (root.Note("deployment") is not null)
        {
            DataSection.CheckDeployment(root.Child("deployment")!);
        }

        var indicators = Part(root, "indicators") is { } declared ? IndicatorSection.Read(declared, findings) : [];
        var sets = Part(root, "fuzzy_sets") is { } fuzzy ? FuzzySection.Read(fuzzy, indicators, findings) : [];
        var inputs =
            root.Take("nn_inputs") is { } fed && !IsEmpty(fed)
                ? InputSection.Read(fed, data.Timeframes, indicators, sets, findings)
                : [];
        var model = Part(root, "model");
        var decisions = Part(root, "decisions");
        var older =
            root.Take("model") is { Node: DocumentNode.Mapping } && model is not null ? model.Child("training") : null;
        var training = Part(root, "training") is { } taught ? TrainingSection.Read(taught, older) : NoTraining;
        var document = new StrategyDocument
        {
            Name = name,
            Description = description,
            Hypothesis = hypothesis,
            Version = version,
            Tags = tags,
            Data = data,
            Indicators = [.. indicators.Select(read => read.Indicator).OfType<StrategyIndicator>()],
            FuzzySets = [.. sets.Select(read => read.Set).OfType<FuzzySet>()],
            Inputs = [.. inputs.Select(read => read.Input).OfType<NetworkInput>()],
            Model = model is null ? new NetworkDesign { HiddenLayers = [] } : ModelSection.Read(model),
            Decisions = decisions is null ? new DecisionRules() : ModelSection.ReadDecisions(decisions),
            Exits = LabelSection.ReadExits(root.Child("exits"), training.Labels),
            Training = training,
            PositionFraction = root.Child("risk_management") is { } risk
                ? ModelSection.ReadPositionFraction(risk)
                : StrategyDefaults.PositionFraction,
        };
        root.Close();
        CheckUse(document, indicators, sets, inputs, findings);
        return document;
    }

    private static void CheckUse(
        StrategyDocument document,
        IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> indicators,
        IReadOnlyList<(string Id, Value Place, FuzzySet? Set)> sets,
        IReadOnlyList<(Value Place, NetworkInput? Input)> inputs,
        Findings findings
    )
    {
        var seen = new HashSet<string>();
        foreach (var (place, input) in inputs)
        {
            if (
                input is null
                || (input is NetworkInput.Fuzzy { FuzzySetId: var id } && !document.FuzzySets.Any(set => set.Id == id))
            )
            {
                continue;
            }

            if (FeaturePlan.NamesOf(document, input).FirstOrDefault(name => !seen.Add(name)) is { } twice)
            {
                place.Refuse($"the feature {Quote.Of(twice)} is there twice; each input may name a timeframe once");
            }
        }

        if (findings.Errors.Count > 0)
        {
            return;
        }

        var raws = document.Inputs.OfType<NetworkInput.Raw>().Select(raw => raw.Indicator.IndicatorId);
        var usedIndicators = document.FuzzySets.Select(set => set.Indicator.IndicatorId).Concat(raws).ToHashSet();
        var usedSets = document.Inputs.OfType<NetworkInput.Fuzzy>().Select(fuzzy => fuzzy.FuzzySetId).ToHashSet();
        foreach (var (id, place, _) in indicators.Where(read => !usedIndicators.Contains(read.Id)))
        {
            place.Warn($"the indicator '{id}' is never used");
        }

        foreach (var (id, place, set) in sets)
        {
            if (!usedSets.Contains(id))
            {
                place.Warn($"the fuzzy set '{id}' is never used");
            }

            CheckCoverage(document, place, set!, findings);
        }

        if (seen.Count > ManyInputs)
        {
            findings.Warnings.Add(
                $"nn_inputs: {seen.Count} inputs; more than {ManyInputs} are easily learned by heart"
            );
        }

        if (
            document is
            {
                Exits.Kind: ExitKind.Barriers,
                Training.Labels: LabelRules.TripleBarrier { Volatility: BarrierVolatility.Close }
            }
        )
        {
            findings.Warnings.Add(
                "exits: labels measure barriers in deviations of the close, exits in ATRs: not the same trade"
            );
        }
    }

    private static void CheckCoverage(StrategyDocument document, Value place, FuzzySet set, Findings findings)
    {
        var indicator = document.Indicators.First(known => known.Id == set.Indicator.IndicatorId);
        var zones = Coverage.DeadZones(set, indicator.Definition.Outputs[set.Indicator.OutputIndex]);
        if (zones.Count == 0)
        {
            return;
        }

        place.Warn($"dead zone: no membership covers {Coverage.Show(zones)}, so bars there look alike to the network");
        findings.Suggestions.Add($"{place.Path}: let neighbouring memberships overlap by about half.");
    }

    private static string? OlderFormat(DocumentNode.Mapping root)
    {
        var version = (root.Find("version") as DocumentNode.Scalar)?.Text ?? "";
        var listed = root.Find("indicators") is DocumentNode.List;
        if (!listed && root.Find("scope") is null)
        {
            return null;
        }

        return version.StartsWith('1') || root.Find("training_data") is null
            ? "this is format v1, which is not read. Write it anew in v3: name, version, training_data, indicators, fuzzy_sets, "
                + "nn_inputs, model, decisions, training."
            : "this is format v2 (a list of indicators, or a scope), which is not read yet. For v3: make indicators a mapping "
                + "'rsi_14: {type: rsi, period: 14}', give each fuzzy set its 'indicator: rsi_14', add "
                + "'nn_inputs: [{fuzzy_set: rsi_14, timeframes: all}]', write version \"3.0\" and drop scope and model.features.";
    }

    private static string Name(Value value)
    {
        if (value.Text() is not { } given)
        {
            return "";
        }

        if (StrategyName.Refuse(given, out var name) is { } reason)
        {
            value.Refuse(reason);
        }

        return name;
    }

    private static string Version(Value value)
    {
        var version = value.Text() ?? "";
        if (
            version.Length > 0
            && (version.Length > 20 || !(version == "3" || version.StartsWith("3.", StringComparison.Ordinal)))
        )
        {
            value.Refuse($"{value} is not version 3 of the format; write \"3.0\"");
        }

        return version;
    }

    private static IReadOnlyList<string> Tags(Value? value) =>
        [.. (value?.Items("[pullback, forex]") ?? []).Select(item => item.Text()).OfType<string>()];

    private static bool IsEmpty(Value? value) =>
        value?.Node is null or DocumentNode.Mapping { Entries.Count: 0 } or DocumentNode.List { Items.Count: 0 };

    private static Section? Part(Section root, string key) => IsEmpty(root.Take(key)) ? null : root.Child(key);

    private static StrategyReading Reading(Findings findings, StrategyDocument? document) =>
        new()
        {
            Document = document,
            Errors = findings.Errors,
            Warnings = findings.Warnings,
            Suggestions = findings.Suggestions,
            MissingSections = findings.MissingSections,
        };

    private static TrainingData NoData =>
        new()
        {
            Symbol = "",
            Timeframes = [],
            BaseTimeframe = default,
        };

    private static TrainingDesign NoTraining =>
        new() { Labels = new LabelRules.ZigZag(StrategyDefaults.ZigZagThreshold, StrategyDefaults.LabelLookahead) };
}
