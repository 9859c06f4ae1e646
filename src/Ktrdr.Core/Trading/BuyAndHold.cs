namespace Ktrdr.Core;

/// <summary>The benchmark: buy with all the cash at the first open that can be traded, sell at the last close.</summary>
/// <remarks>It is one run of the <see cref="Simulator"/>, so its fills and costs are the same as any strategy's: one BUY
/// at the first close, filled at the open after it, whole units, and no other signal.</remarks>
public static class BuyAndHold
{
    /// <summary>Buys and holds the bars that a simulation trades, under its costs and with its capital.</summary>
    public static SimulationResult Run(SimulationInput input)
    {
        var probabilities = new float[3 * input.Count];
        for (var i = 0; i < probabilities.Length; i += 3)
        {
            probabilities[i + (int)(i == 0 ? Signal.Buy : Signal.Hold)] = 1;
        }

        return Simulator.Run(
            input with
            {
                Probabilities = probabilities,
                Decisions = new DecisionRules { ConfidenceThreshold = 0, MinimumSignalSeparation = 0 },
                Exits = new ExitRules { Kind = ExitKind.Opposite },
                PositionFraction = 1,
            }
        );
    }
}
