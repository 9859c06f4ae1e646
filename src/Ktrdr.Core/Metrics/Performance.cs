namespace Ktrdr.Core;

/// <summary>What an equity curve and its trades amount to. A number that has no meaning is NaN, never 0.</summary>
/// <remarks>Money is in the quote currency, ratios are fractions, durations are hours. Formulas stand with
/// <c>PerformanceMetrics</c>, which makes this.</remarks>
public sealed record Performance
{
    /// <summary>Final equity.</summary>
    public required double FinalEquity { get; init; }

    /// <summary>Final equity less initial capital.</summary>
    public required double TotalReturn { get; init; }

    /// <summary>Total return over initial capital.</summary>
    public required double TotalReturnFraction { get; init; }

    /// <summary>Growth a year.</summary>
    public required double AnnualizedReturn { get; init; }

    /// <summary>Deviation of per-bar returns, a year.</summary>
    public required double Volatility { get; init; }

    /// <summary>Mean over deviation of per-bar returns, a year; risk-free rate 0.</summary>
    public required double SharpeRatio { get; init; }

    /// <summary>Mean per-bar return over the deviation of the negative ones, a year.</summary>
    public required double SortinoRatio { get; init; }

    /// <summary>Annualized return over the largest drawdown.</summary>
    public required double CalmarRatio { get; init; }

    /// <summary>Total return over the largest drawdown in money.</summary>
    public required double RecoveryFactor { get; init; }

    /// <summary>Largest fall from a peak, a fraction of that peak.</summary>
    public required double MaxDrawdown { get; init; }

    /// <summary>The same fall in money.</summary>
    public required double MaxDrawdownMoney { get; init; }

    /// <summary>Closed trades.</summary>
    public required int TotalTrades { get; init; }

    /// <summary>Trades with a net profit above 0.</summary>
    public required int WinningTrades { get; init; }

    /// <summary>Trades with a net profit below 0.</summary>
    public required int LosingTrades { get; init; }

    /// <summary>Winners over all trades; NaN without trades.</summary>
    public required double WinRate { get; init; }

    /// <summary>Gross wins over gross losses; infinite without losses, NaN without trades.</summary>
    public required double ProfitFactor { get; init; }

    /// <summary>Mean holding time.</summary>
    public required double AverageHoldingHours { get; init; }

    /// <summary>Mean holding time of winners.</summary>
    public required double AverageWinHoldingHours { get; init; }

    /// <summary>Mean holding time of losers.</summary>
    public required double AverageLossHoldingHours { get; init; }

    /// <summary>Mean net profit of winners.</summary>
    public required double AverageWin { get; init; }

    /// <summary>Mean net profit of losers, negative.</summary>
    public required double AverageLoss { get; init; }

    /// <summary>Largest net profit.</summary>
    public required double LargestWin { get; init; }

    /// <summary>Largest net loss, negative.</summary>
    public required double LargestLoss { get; init; }

    /// <summary>Share of bars with an open position.</summary>
    public required double Exposure { get; init; }

    /// <summary>Bars a year in the window reported on; what annualising used.</summary>
    public required double BarsPerYear { get; init; }
}
