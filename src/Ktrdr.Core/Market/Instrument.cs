namespace Ktrdr.Core;

/// <summary>What kind of thing is traded; decides what trading it costs when the data does not say.</summary>
public enum InstrumentKind
{
    /// <summary>A currency pair.</summary>
    Forex,

    /// <summary>A contract for difference.</summary>
    Cfd,

    /// <summary>A share or a fund traded like one.</summary>
    Equity,

    /// <summary>A crypto currency.</summary>
    Crypto,
}
