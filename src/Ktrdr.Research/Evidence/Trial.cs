namespace Ktrdr.Research;

/// <summary>One configuration whose result on the selection window was computed. It is never taken back.</summary>
/// <remarks>Written before the result is shown, once a backtest operation however often that ran. Figures are per bar and
/// never annualised.</remarks>
public sealed record Trial
{
    /// <summary>Name of the ledger that trials are kept in; its subject is the market.</summary>
    public const string Ledger = "trials";

    /// <summary>The symbol, whatever the file or timeframe.</summary>
    public required string Market { get; init; }

    /// <summary>Name of the timeframe.</summary>
    public required string Timeframe { get; init; }

    /// <summary>Identity of the bars.</summary>
    public required string WindowHash { get; init; }

    /// <summary>Start of the first bar, seconds since 1970-01-01 UTC.</summary>
    public required long FirstBar { get; init; }

    /// <summary>Start of the last bar, seconds since 1970-01-01 UTC.</summary>
    public required long LastBar { get; init; }

    /// <summary>Canonical hash of the strategy.</summary>
    public required string StrategyHash { get; init; }

    /// <summary>The seed its model was trained with.</summary>
    public required int Seed { get; init; }

    /// <summary>How many returns.</summary>
    public required int T { get; init; }

    /// <summary>Mean over deviation of the returns; NaN without movement.</summary>
    public required double SharpePerBar { get; init; }

    /// <summary>γ₃ of the returns.</summary>
    public required double Skewness { get; init; }

    /// <summary>γ₄ of the returns; 3 for a normal distribution.</summary>
    public required double Kurtosis { get; init; }

    /// <summary>The returns, one a bar.</summary>
    public required IReadOnlyList<double> Returns { get; init; }

    /// <summary>Candidates that the designer scored by an outcome of trading on the way to this one.</summary>
    public required int Candidates { get; init; }
}
