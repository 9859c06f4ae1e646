namespace Ktrdr.Core;

/// <summary>How far from the mid price a fill happens, and what the venue takes for it.</summary>
internal sealed class FillCosts
{
    private readonly Bars _bars;
    private readonly Costs _costs;
    private readonly double _typicalSpread;

    /// <summary>Looks at the spreads of the traded bars.</summary>
    public FillCosts(Bars traded, Costs costs, double typicalSpread)
    {
        (_bars, _costs, _typicalSpread) = (traded, costs, typicalSpread);
        if (!_costs.UsesDataSpread)
        {
            return;
        }

        var repaired = 0; // not the property, which the loop would write to memory
        foreach (var spread in _bars.HasSpread ? _bars.Spread : [])
        {
            repaired += IsUsable(spread) ? 0 : 1;
        }

        Repaired = repaired;
        if (!_bars.HasSpread || (Repaired > 0 && !IsUsable(_typicalSpread)))
        {
            throw new ArgumentException(
                $"The costs take each bar's spread from the data, but {(_bars.HasSpread ? $"{Repaired} bars have none and the typical spread is {_typicalSpread}" : "these bars have none")}. Use costs with a spread of their own."
            );
        }
    }

    /// <summary>Traded bars whose spread could not be used.</summary>
    public int Repaired { get; }

    /// <summary>What one unit pays over the mid price when bought, or gives up when sold: half the spread, and slippage.</summary>
    /// <param name="mid">The mid price of the fill.</param>
    /// <param name="known">The bar whose close last told the spread before the fill.</param>
    public double PerUnit(double mid, int known) => (Spread(mid, known) / 2) + (_costs.Slippage * mid);

    /// <summary>Commission of one fill.</summary>
    public double Commission(double quantity, double price) => _costs.Commission * quantity * price;

    /// <summary>How many whole units an amount pays for, commission included.</summary>
    public double WholeUnits(double amount, double price) => Math.Floor(amount / (1 + _costs.Commission) / price);

    private double Spread(double mid, int known)
    {
        if (!_costs.UsesDataSpread)
        {
            return _costs.Spread * mid;
        }

        var spread = _bars.Spread[known];
        return IsUsable(spread) ? spread : _typicalSpread;
    }

    private static bool IsUsable(double spread) => spread is > 0 and < double.PositiveInfinity;
}
