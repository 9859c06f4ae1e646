using Ktrdr.Core;

namespace Ktrdr.Research.Tests;

/// <summary>Reports with the figures a test is about and nothing else of interest.</summary>
internal static class Reports
{
    public static TrainingReport Training(double accuracy, double initialLoss, double finalLoss) =>
        new()
        {
            Accuracy = accuracy,
            InitialLoss = initialLoss,
            FinalLoss = finalLoss,
            MajorityAccuracy = 0.4,
            TestLoss = finalLoss,
            Precision = accuracy,
            Recall = accuracy,
            F1 = accuracy,
            ClassRecall = [accuracy, accuracy, accuracy],
            PredictedShare = [0.5, 0, 0.5],
            Epochs = [],
            KeptEpoch = 1,
            Parameters = 10,
            Rows = new SplitRows(700, 150, 150),
            DroppedRows = 0,
            PurgedRows = 0,
            ClassCounts = [350, 0, 350],
            FirstBar = "2010-01-04T00:00:00Z",
            LastBar = "2011-01-04T00:00:00Z",
            WindowHash = "0",
            Synthetic = true,
            Warnings = [],
        };

    public static BacktestReport Backtest(double winRate, double drawdown, double sharpe, int trades)
    {
        var metrics = new Performance
        {
            FinalEquity = 100_000,
            TotalReturn = 0,
            TotalReturnFraction = 0,
            AnnualizedReturn = 0,
            Volatility = 0.1,
            SharpeRatio = sharpe,
            SortinoRatio = sharpe,
            CalmarRatio = double.NaN,
            RecoveryFactor = double.NaN,
            MaxDrawdown = drawdown,
            MaxDrawdownMoney = drawdown * 100_000,
            TotalTrades = trades,
            WinningTrades = 0,
            LosingTrades = 0,
            WinRate = winRate,
            ProfitFactor = double.NaN,
            AverageHoldingHours = double.NaN,
            AverageWinHoldingHours = double.NaN,
            AverageLossHoldingHours = double.NaN,
            AverageWin = double.NaN,
            AverageLoss = double.NaN,
            LargestWin = double.NaN,
            LargestLoss = double.NaN,
            Exposure = 0.5,
            BarsPerYear = 6_000,
        };
        return new BacktestReport
        {
            Metrics = metrics,
            BuyAndHold = metrics,
            Costs = Costs.For(InstrumentKind.Forex, hasSpread: true),
            Kind = InstrumentKind.Forex,
            RepairedSpreads = 0,
            InitialCapital = 100_000,
            RawSignals = [0, 0, 0],
            FinalSignals = [0, 0, 0],
            FilterCounts = new Dictionary<string, int>(),
            ExitCounts = new Dictionary<string, int>(),
            Symbol = "SAMPLE",
            Timeframe = "1h",
            FirstBar = "2012-01-02T00:00:00Z",
            LastBar = "2012-12-31T00:00:00Z",
            Bars = 6_000,
            WindowHash = "1",
            Window = "selection",
            Synthetic = true,
            EquityCurve = [],
            Warnings = [],
        };
    }
}
