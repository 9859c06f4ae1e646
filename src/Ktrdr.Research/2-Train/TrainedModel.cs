using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>A trained network with everything that is needed to use it and to know where it came from. No clock in it.</summary>
public sealed record TrainedModel
{
    /// <summary>The strategy's name.</summary>
    public required string StrategyName { get; init; }

    /// <summary>The strategy's canonical hash: what it does, whatever it is called.</summary>
    public required string StrategyHash { get; init; }

    /// <summary>The identity of the strategy's text on the shelf.</summary>
    public required string StrategyIdentity { get; init; }

    /// <summary>The symbol it learned from.</summary>
    public required string Symbol { get; init; }

    /// <summary>Name of the timeframe it decides on.</summary>
    public required string Timeframe { get; init; }

    /// <summary>Identity of the bars it learned from.</summary>
    public required string WindowHash { get; init; }

    /// <summary>The seed that decided it.</summary>
    public required int Seed { get; init; }

    /// <summary>The vector instructions it was trained with, which may change the last bit.</summary>
    public required string InstructionSet { get; init; }

    /// <summary>Shape of the network.</summary>
    public required NetworkShape Shape { get; init; }

    /// <summary>Per layer the weights, one row a unit, then the biases.</summary>
    public required float[] Weights { get; init; }

    /// <summary>Its inputs, in order.</summary>
    public required IReadOnlyList<FeatureColumn> Features { get; init; }

    /// <summary>How training went.</summary>
    public required TrainingReport Report { get; init; }
}
