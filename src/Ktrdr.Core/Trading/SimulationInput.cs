namespace Ktrdr.Core;

/// <summary>Everything a simulation knows. What is not in here cannot move its result.</summary>
public sealed record SimulationInput
{
    /// <summary>Bars of the base timeframe, mid prices; those before <see cref="First"/> only warm up.</summary>
    public required Bars Bars { get; init; }

    /// <summary>Index of the first bar traded.</summary>
    public required int First { get; init; }

    /// <summary>How many bars are traded, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Probabilities of BUY, HOLD and SELL of each traded bar, three after three; NaN where a feature is missing.</summary>
    public required ReadOnlyMemory<float> Probabilities { get; init; }

    /// <summary>How a probability becomes a decision.</summary>
    public required DecisionRules Decisions { get; init; }

    /// <summary>When a position closes.</summary>
    public required ExitRules Exits { get; init; }

    /// <summary>What a fill costs.</summary>
    public required Costs Costs { get; init; }

    /// <summary>Share of the cash that one position takes, (0, 1]. Default 0.25.</summary>
    public double PositionFraction { get; init; } = 0.25;

    /// <summary>Money at the start, in the quote currency. Default 100,000.</summary>
    public double InitialCapital { get; init; } = 100_000;

    /// <summary>Median spread of the learning window, in price units: what a bar without a usable spread takes.</summary>
    public double TypicalSpread { get; init; } = double.NaN;

    internal void Check()
    {
        if (First < 0 || Count < 1 || First + Count > Bars.Count)
        {
            throw new ArgumentException(
                $"Bars {First} to {First + Count - 1} cannot be traded: there are {Bars.Count} bars, counted from 0. Trade at least one bar inside them."
            );
        }

        if (Probabilities.Length != 3 * Count)
        {
            throw new ArgumentException(
                $"{Count} traded bars need {3 * Count} probabilities (BUY, HOLD, SELL of each), not {Probabilities.Length}."
            );
        }

        if (PositionFraction is not (> 0 and <= 1))
        {
            throw new ArgumentException(
                $"A position takes a fraction of the cash above 0 and up to 1, not {PositionFraction}; a quarter is 0.25."
            );
        }

        if (InitialCapital is not (> 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException($"The initial capital must be an amount above 0, not {InitialCapital}.");
        }

        if (Costs is not { Spread: >= 0, Commission: >= 0, Slippage: >= 0 })
        {
            throw new ArgumentException($"Costs are fractions of 0 or more, not {Costs}.");
        }

        if (Exits is { Kind: ExitKind.Barriers } and not { TakeProfitAtr: > 0, StopAtr: > 0, AtrPeriod: >= 1 })
        {
            throw new ArgumentException($"Barriers need distances above 0 and a period of at least 1, not {Exits}.");
        }

        if (Exits.Kind != ExitKind.Opposite && Exits.MaxBars < 1)
        {
            throw new ArgumentException($"A position is held for at least 1 bar, not {Exits.MaxBars}.");
        }
    }
}
