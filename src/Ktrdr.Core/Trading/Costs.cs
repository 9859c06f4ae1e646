namespace Ktrdr.Core;

/// <summary>What a fill costs. Never zero by default.</summary>
/// <remarks>A buy pays mid plus half a spread plus slippage, a sell receives mid less as much; commission comes on top.</remarks>
/// <param name="UsesDataSpread">Whether the spread of each bar is taken from the data.</param>
/// <param name="Spread">Ask minus bid as a fraction of the price, where the data has none.</param>
/// <param name="Commission">A fraction of the notional of each fill.</param>
/// <param name="Slippage">A fraction of the price, always adverse, of each fill.</param>
public sealed record Costs(bool UsesDataSpread, double Spread, double Commission, double Slippage)
{
    private const double BasisPoint = 1e-4;

    /// <summary>The costs of an instrument when nobody said otherwise.</summary>
    /// <param name="kind">What is traded.</param>
    /// <param name="hasSpread">Whether the data says what the spread usually is: a column without a usable value does not.</param>
    /// <remarks>With a spread in the data: that spread, no commission. Without: equity 1 basis point of spread and 0.5 of
    /// commission, crypto 2 and 10, forex and CFD 1 and none. No slippage beyond the spread.</remarks>
    public static Costs For(InstrumentKind kind, bool hasSpread) =>
        hasSpread
            ? new Costs(true, 0, 0, 0)
            : kind switch
            {
                InstrumentKind.Equity => new Costs(false, 1 * BasisPoint, 0.5 * BasisPoint, 0),
                InstrumentKind.Crypto => new Costs(false, 2 * BasisPoint, 10 * BasisPoint, 0),
                _ => new Costs(false, 1 * BasisPoint, 0, 0),
            };
}
