namespace Ktrdr.Research;

/// <summary>What a backtest must reach to be worth an opinion.</summary>
public sealed record BacktestGateLimits
{
    /// <summary>Smallest share of winning trades. Default 0.45.</summary>
    public double MinimumWinRate { get; init; } = 0.45;

    /// <summary>Largest drawdown, a fraction of the peak. Default 0.4.</summary>
    public double MaximumDrawdown { get; init; } = 0.4;

    /// <summary>Smallest annualised Sharpe ratio. Default −0.5.</summary>
    public double MinimumSharpe { get; init; } = -0.5;
}

/// <summary>Is the result worth an opinion? A pure function of the report; every check is kept.</summary>
public static class BacktestGate
{
    /// <summary>Judges a backtest. A bound passes; a missing number never does; no trades is its own reason.</summary>
    public static Verdict Judge(BacktestReport report, BacktestGateLimits limits)
    {
        var metrics = report.Metrics;
        var checks = new[]
        {
            GateCheck.AtLeast("win_rate", metrics.WinRate, limits.MinimumWinRate, Figure.Percent, "win_rate_too_low"),
            GateCheck.AtMost(
                "drawdown",
                metrics.MaxDrawdown,
                limits.MaximumDrawdown,
                Figure.Percent,
                "drawdown_too_high"
            ),
            GateCheck.AtLeast("sharpe", metrics.SharpeRatio, limits.MinimumSharpe, Figure.Plain, "sharpe_too_low"),
        };

        // Without a trade the other figures are missing for that one reason, so only that one is given.
        return metrics.TotalTrades > 0
            ? new Verdict("backtest", checks)
            : new Verdict(
                "backtest",
                [.. checks.Select(check => check.Passed ? check : check with { Reason = "no_trades (0 trades)" })]
            );
    }
}
