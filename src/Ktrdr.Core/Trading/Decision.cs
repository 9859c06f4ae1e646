namespace Ktrdr.Core;

/// <summary>What a bar may say. The numbers are the classes of the network, everywhere.</summary>
public enum Signal : byte
{
    /// <summary>Up.</summary>
    Buy = 0,

    /// <summary>Nothing.</summary>
    Hold = 1,

    /// <summary>Down.</summary>
    Sell = 2,
}

/// <summary>Why a raw signal did not become an order. More than one can hold.</summary>
[Flags]
public enum DecisionFilters : ushort
{
    /// <summary>Nothing stood in the way.</summary>
    None = 0,

    /// <summary>The probability was below the threshold.</summary>
    Confidence = 1,

    /// <summary>Too few hours since the last executed signal.</summary>
    Separation = 2,

    /// <summary>The bar's volume was below its 20-bar mean.</summary>
    Volume = 4,

    /// <summary>The position already points that way.</summary>
    Position = 8,

    /// <summary>A SELL without a position, and shorts are not allowed.</summary>
    ShortNotAllowed = 16,

    /// <summary>The last bar never opens.</summary>
    LastBar = 32,

    /// <summary>The cash does not buy one unit.</summary>
    TooSmall = 64,

    /// <summary>A feature was missing, so there was no probability.</summary>
    NoFeatures = 128,

    /// <summary>A position is open and closes by its exits, not by signals.</summary>
    ExitsDecide = 256,

    /// <summary>The average true range that the barriers are measured in is not known yet, or is zero.</summary>
    NoRange = 512,
}

/// <summary>One bar's decision, kept whether it traded or not.</summary>
/// <param name="Time">Start of the bar, seconds since 1970-01-01 UTC; the decision is made at its close.</param>
/// <param name="Raw">The most probable class.</param>
/// <param name="Final">What remained after the filters.</param>
/// <param name="Buy">Probability of BUY.</param>
/// <param name="Hold">Probability of HOLD.</param>
/// <param name="Sell">Probability of SELL.</param>
/// <param name="Filters">What stood in the way.</param>
public readonly record struct Decision(
    long Time,
    Signal Raw,
    Signal Final,
    float Buy,
    float Hold,
    float Sell,
    DecisionFilters Filters
);
