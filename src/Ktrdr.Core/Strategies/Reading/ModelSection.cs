namespace Ktrdr.Core;

/// <summary>Reads <c>model</c>, <c>decisions</c> and <c>risk_management</c>.</summary>
internal static class ModelSection
{
    private const int MostUnits = 4_096;
    private const int MostLayers = 10;

    public static readonly (string, Activation)[] Activations =
    [
        ("relu", Activation.Relu),
        ("tanh", Activation.Tanh),
        ("sigmoid", Activation.Sigmoid),
        ("leaky_relu", Activation.LeakyRelu),
    ];

    public static NetworkDesign Read(Section section)
    {
        const string Recurrent = "networks with a memory come later";
        section.Need("type", "mlp")?.Word([("mlp", 0)], ("lstm", Recurrent), ("gru", Recurrent));
        section.Need("architecture", "{hidden_layers: [32, 16]}");
        var architecture = section.Child("architecture");
        section.Take("training"); // its old place; TrainingSection reads it
        section.Close();
        if (architecture is null)
        {
            return new NetworkDesign { HiddenLayers = [] };
        }

        var layers = architecture.Need("hidden_layers", "[32, 16]");
        var activation = architecture.Take("activation")?.Word(Activations);
        architecture.Take("output_activation")?.Word([("softmax", 0)]);
        var dropout = architecture.Take("dropout")?.Number(new Bounds(0, 1, HighExcluded: true));
        foreach (var key in new[] { "sequence_length", "hidden_size", "num_layers" })
        {
            architecture.NotYet(key, "it belongs to lstm and gru; an mlp has hidden_layers");
        }

        architecture.Close();
        return new NetworkDesign
        {
            HiddenLayers = Layers(layers),
            Activation = activation ?? StrategyDefaults.HiddenActivation,
            Dropout = dropout ?? StrategyDefaults.Dropout,
        };
    }

    public static DecisionRules ReadDecisions(Section section)
    {
        section
            .Need("output_format", "classification")
            ?.Word([("classification", 0)], ("regression", "the network tells BUY, HOLD and SELL apart"));
        section.Take("num_classes")?.Integer(new Bounds(3, 3));
        var threshold = section.Take("confidence_threshold")?.Number(new Bounds(0, 1));
        var aware = section.Take("position_awareness")?.Flag();
        var shorts = section.Take("allow_short_from_flat")?.Flag();
        section.NotYet("cost_model", "it belongs to regression; costs follow from the market");
        var filters = section.Child("filters");
        var separation = filters?.Take("min_signal_separation")?.Number(Bounds.AtLeast(0));
        var volume = filters?.Take("volume_filter")?.Flag();
        filters?.Close();
        section.Close();
        return new DecisionRules
        {
            ConfidenceThreshold = threshold ?? StrategyDefaults.ConfidenceThreshold,
            PositionAwareness = aware ?? StrategyDefaults.PositionAwareness,
            AllowShortFromFlat = shorts ?? StrategyDefaults.AllowShortFromFlat,
            MinimumSignalSeparation = separation ?? StrategyDefaults.MinimumSignalSeparation,
            VolumeFilter = volume ?? StrategyDefaults.VolumeFilter,
        };
    }

    public static double ReadPositionFraction(Section section)
    {
        var fraction = section.Take("position_fraction")?.Number(Bounds.Above(0, 1));
        section.Close();
        return fraction ?? StrategyDefaults.PositionFraction;
    }

    private static IReadOnlyList<int> Layers(Value? layers)
    {
        if (layers?.Items("[32, 16]") is not { } items)
        {
            return [];
        }

        if (items.Count is 0 or > MostLayers)
        {
            layers.Refuse($"{layers} is no shape for a network; name 1 to {MostLayers} layers, such as [32, 16]");
            return [];
        }

        return [.. items.Select(item => item.Integer(new Bounds(1, MostUnits))).OfType<int>()];
    }
}
