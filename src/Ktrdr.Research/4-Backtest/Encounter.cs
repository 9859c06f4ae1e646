using System.Text.Json;
using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>A model trading bars it never saw, from features to figures. Pure: same inputs, same result.</summary>
internal sealed record Encounter(SimulationResult Simulation, BacktestRecord Record, Trial Trial)
{
    private const int CurvePoints = 500;

    /// <summary>Lets a model trade a window.</summary>
    public static Encounter Of(
        StrategyDocument strategy,
        TrainedModel model,
        MarketWindow market,
        BacktestOrder order,
        CancellationToken cancellationToken
    )
    {
        var range = DateRange.Within(market, order.Start, order.End);
        FeaturePlan.From(strategy).Require(model.Features);
        var features = Features();
        cancellationToken.ThrowIfCancellationRequested();

        using var simulating = Tracing.Begin(Spans.BacktestSimulation);
        var count = range.End - range.Start;
        var probabilities = Predictions.Of(
            new Network(model.Shape, model.Weights),
            features,
            model.Features,
            range.Start,
            count
        );
        cancellationToken.ThrowIfCancellationRequested();

        var costs = order.Costs ?? Costs.For(market.Kind, Spreads.IsValid(market.TypicalSpread));
        var input = new SimulationInput
        {
            Bars = market.Base.Slice(0, range.End),
            First = range.Start,
            Count = count,
            Probabilities = probabilities,
            Decisions = strategy.Decisions,
            Exits = strategy.Exits,
            PositionFraction = strategy.PositionFraction,
            Costs = costs,
            InitialCapital = order.InitialCapital,
            TypicalSpread = market.TypicalSpread,
        };
        var simulation = Simulator.Run(input);
        var traded = market.Base.Slice(range.Start, count);
        Spans.Say(("bars", count), ("trades", simulation.Trades.Count));
        var report = Report(simulation, BuyAndHold.Run(input), traded, market, costs, order);
        return new Encounter(
            simulation,
            new BacktestRecord(report, simulation.Trades, simulation.Decisions, simulation.Equity),
            TrialOf(simulation, traded, market, strategy, model, order)
        );

        FeatureMatrix Features()
        {
            using var span = Tracing.Begin(Spans.BacktestFeatures);
            return FeatureAssembly.Build(strategy, market);
        }
    }

    private static BacktestReport Report(
        SimulationResult simulation,
        SimulationResult holding,
        Bars traded,
        MarketWindow market,
        Costs costs,
        BacktestOrder order
    )
    {
        var metrics = PerformanceMetrics.Measure(simulation);
        return new BacktestReport
        {
            Metrics = metrics,
            BuyAndHold = PerformanceMetrics.Measure(holding),
            Costs = costs,
            Kind = market.Kind,
            RepairedSpreads = simulation.RepairedSpreads,
            InitialCapital = order.InitialCapital,
            RawSignals = simulation.RawSignals,
            FinalSignals = simulation.FinalSignals,
            FilterCounts = simulation.FilterCounts,
            ExitCounts = simulation.ExitCounts,
            Symbol = market.Symbol,
            Timeframe = market.BaseTimeframe.Name,
            FirstBar = Iso.Of(traded.Times[0]),
            LastBar = Iso.Of(traded.Times[^1]),
            Bars = traded.Count,
            WindowHash = market.Hash,
            Window = market.Window.ToString().ToLowerInvariant(),
            Synthetic = market.Synthetic,
            EquityCurve = Curve(simulation.Equity, traded),
            Warnings = [.. simulation.Warnings, .. Undefined(metrics)],
        };
    }

    /// <summary>A figure that is no number becomes null in every record; this names those, as the records do.</summary>
    private static IEnumerable<string> Undefined(Performance metrics)
    {
        var missing = JsonSerializer
            .SerializeToNode(metrics, OperationJson.Options)!
            .AsObject()
            .Where(figure => figure.Value is null)
            .Select(figure => figure.Key)
            .ToArray();
        return missing.Length == 0 ? [] : [$"not defined for these trades, so null: {string.Join(", ", missing)}"];
    }

    private static Trial TrialOf(
        SimulationResult simulation,
        Bars traded,
        MarketWindow market,
        StrategyDocument strategy,
        TrainedModel model,
        BacktestOrder order
    )
    {
        var figures = SharpeFigures.Of(simulation.Returns);
        return new Trial
        {
            Market = market.Symbol,
            Timeframe = market.BaseTimeframe.Name,
            WindowHash = market.Hash,
            FirstBar = traded.Times[0],
            LastBar = traded.Times[^1],
            // Of what traded: a person may have changed thresholds or exits since the model was trained.
            StrategyHash = StrategyHash.Of(strategy),
            Seed = model.Seed,
            T = figures.Count,
            SharpePerBar = figures.SharpeRatio,
            Skewness = figures.Skewness,
            Kurtosis = figures.Kurtosis,
            Returns = simulation.Returns,
            Candidates = order.Candidates,
        };
    }

    /// <summary>Evenly spaced points, the last bar always among them.</summary>
    private static List<EquityPoint> Curve(IReadOnlyList<double> equity, Bars traded)
    {
        var points = Math.Min(CurvePoints, equity.Count);
        var curve = new List<EquityPoint>(points);
        for (var point = 1; point <= points; point++)
        {
            var bar = (int)((long)equity.Count * point / points) - 1;
            curve.Add(new EquityPoint(Iso.Of(traded.Times[bar]), equity[bar]));
        }

        return curve;
    }
}
