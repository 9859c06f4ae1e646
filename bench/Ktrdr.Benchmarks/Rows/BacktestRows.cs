using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Benchmarks;

/// <summary>A model trading bars: what the network says about each, and what the account makes of it.</summary>
internal sealed class BacktestRows : RowGroup
{
    /// <inheritdoc/>
    public override string Name => "backtest";

    /// <inheritdoc/>
    public override bool OncePerWidth => true;

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        // A network that learned nothing is never sure; so it may trade on a hint, about as often as a trained one does.
        var strategy = ReferenceStrategy.Read();
        strategy = strategy with { Decisions = strategy.Decisions with { ConfidenceThreshold = 0.34 } };
        var features = FeatureAssembly.Build(strategy, MadeUpMarket.Window);
        var network = Network.Initial(new NetworkShape(features.Width, [64, 32], 3, Activation.Relu), new Seed(1));
        float[] Predicted() => Predictions.Of(network, features, features.Columns, 0, MadeUpMarket.Count);
        SimulationResult Traded(float[] probabilities) => Simulator.Run(Input(strategy, probabilities));

        var known = Predicted();
        double Whole() => MadeUpMarket.Count / ProcessorTime.Seconds(() => Traded(Predicted()));
        double Account() => MadeUpMarket.Count / ProcessorTime.Seconds(() => Traded(known));
        Samples.Of(10, Whole); // until it is compiled as well as it will be
        var set = network.InstructionSet;
        var trades = $"{Traded(known).Trades.Count:N0} trades in 500,000 bars";
        yield return Row.AtLeast("backtest, inference included", 5e6, Samples.Of(15, Whole), "bars/s", set, trades);
        yield return Row.AtLeast("account loop alone", 50e6, Samples.Of(15, Account), "bars/s", set, trades);
    }

    private static SimulationInput Input(StrategyDocument strategy, float[] probabilities) =>
        new()
        {
            Bars = MadeUpMarket.Bars,
            First = 0,
            Count = MadeUpMarket.Count,
            Probabilities = probabilities,
            Decisions = strategy.Decisions,
            Exits = strategy.Exits,
            PositionFraction = strategy.PositionFraction,
            Costs = Costs.For(InstrumentKind.Forex, hasSpread: true),
            TypicalSpread = 0.0001,
        };
}
