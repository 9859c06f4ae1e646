using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>The seeds' stub: every phase takes a fixed time and answers fixed figures, marked as a stub wherever they show.</summary>
/// <remarks>For trying and testing only. It needs no dataset, trains nothing and leaves no trial.</remarks>
public sealed class Script(ResearchOptions options, TimeProvider clock) : IScript
{
    private const int Steps = 10;

    /// <inheritdoc/>
    public async Task PerformAsync(IWorkContext work, CancellationToken cancellationToken)
    {
        var step = TimeSpan.FromSeconds(options.ScriptedDelaySeconds / Steps);
        for (var done = 0; done < Steps; done++)
        {
            work.Report(100.0 * done / Steps, "Performing the script (stub)");
            await Task.Delay(step, clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public TrainingReport Training { get; } =
        new()
        {
            Accuracy = 0.65,
            InitialLoss = 0.85,
            FinalLoss = 0.35,
            MajorityAccuracy = 0.5,
            TestLoss = 0.4,
            Precision = 0.65,
            Recall = 0.65,
            F1 = 0.65,
            ClassRecall = [0.65, 0.65, 0.65],
            PredictedShare = [0.5, 0, 0.5],
            Epochs = [new EpochFigures(1, 0.35, 0.65, 0.4, 0.65)],
            KeptEpoch = 1,
            Parameters = 0,
            Rows = new SplitRows(0, 0, 0),
            DroppedRows = 0,
            PurgedRows = 0,
            ClassCounts = [0, 0, 0],
            FirstBar = "",
            LastBar = "",
            WindowHash = "",
            Synthetic = true,
            Stub = true,
            Warnings = ["a stub: nothing was trained"],
        };

    /// <inheritdoc/>
    public BacktestReport Backtest { get; } =
        new()
        {
            Metrics = Figures,
            BuyAndHold = Figures,
            Costs = Costs.For(InstrumentKind.Forex, hasSpread: true),
            Kind = InstrumentKind.Forex,
            RepairedSpreads = 0,
            InitialCapital = 100_000,
            RawSignals = [0, 0, 0],
            FinalSignals = [0, 0, 0],
            FilterCounts = new Dictionary<string, int>(),
            ExitCounts = new Dictionary<string, int>(),
            Symbol = ScriptedDesigner.Symbol,
            Timeframe = Timeframe.H1.Name,
            FirstBar = "",
            LastBar = "",
            Bars = 0,
            WindowHash = "",
            Window = "selection",
            Synthetic = true,
            Stub = true,
            EquityCurve = [],
            Warnings = ["a stub: nothing was traded"],
        };

    private static Performance Figures { get; } =
        new()
        {
            FinalEquity = 112_000,
            TotalReturn = 12_000,
            TotalReturnFraction = 0.12,
            AnnualizedReturn = 0.12,
            Volatility = 0.1,
            SharpeRatio = 1.2,
            SortinoRatio = 1.5,
            CalmarRatio = 0.8,
            RecoveryFactor = 0.8,
            MaxDrawdown = 0.15,
            MaxDrawdownMoney = 15_000,
            TotalTrades = 42,
            WinningTrades = 23,
            LosingTrades = 19,
            WinRate = 0.55,
            ProfitFactor = 1.3,
            AverageHoldingHours = 12,
            AverageWinHoldingHours = 12,
            AverageLossHoldingHours = 12,
            AverageWin = 1_000,
            AverageLoss = -600,
            LargestWin = 3_000,
            LargestLoss = -1_500,
            Exposure = 0.4,
            BarsPerYear = 6_240,
        };
}
