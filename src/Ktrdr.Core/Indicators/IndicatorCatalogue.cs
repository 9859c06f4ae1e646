namespace Ktrdr.Core;

/// <summary>Every indicator there is: what the validator accepts, the designer chooses from and the command line lists.</summary>
public static class IndicatorCatalogue
{
    /// <summary>All indicators, in alphabetical order of their type.</summary>
    public static IReadOnlyList<IndicatorDefinition> All { get; } =
    [
        AdLine.Definition,
        Adx.Definition,
        Aroon.Definition,
        Atr.Definition,
        BollingerBands.Definition,
        BollingerBandWidth.Definition,
        Cci.Definition,
        Cmf.Definition,
        DistanceFromMa.Definition,
        Ema.Definition,
        Macd.Definition,
        Mfi.Definition,
        Momentum.Definition,
        Obv.Definition,
        ParabolicSar.Definition,
        Roc.Definition,
        Rsi.Definition,
        Sma.Definition,
        Stochastic.Definition,
        Supertrend.Definition,
        VolumeRatio.Definition,
        WilliamsR.Definition,
        Wma.Definition,
    ];

    /// <summary>Known indicators that cannot be used, by type, each with the reason; case does not matter.</summary>
    public static IReadOnlyDictionary<string, string> NotYet { get; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["donchianchannels"] = Later("bollingerbands"),
            ["fishertransform"] = Later("williamsr"),
            ["ichimoku"] = Later("ema"),
            ["keltnerchannels"] = Later("bollingerbands"),
            ["rvi"] = Later("stochastic"),
            ["squeezeintensity"] = Later("bollingerbandwidth"),
            ["vwap"] = Later("cmf"),
            ["zigzag"] =
                "zigzag repaints: its latest pivots move when later bars arrive, so as a feature it would see the future. "
                + "Use it as the source of labels.",
        };

    /// <summary>The kinds of indicator.</summary>
    public static IReadOnlyList<string> Categories { get; } =
    ["trend", "momentum", "volatility", "volume", "support_resistance", "multi_purpose"];

    /// <summary>The columns that a <c>source</c> may name, the default first.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["close", "open", "high", "low", "volume"];

    private static readonly Dictionary<string, IndicatorDefinition> s_byName = All.SelectMany(definition =>
            definition.Aliases.Prepend(definition.Type).Select(name => (name, definition))
        )
        .ToDictionary(pair => pair.name, pair => pair.definition, StringComparer.OrdinalIgnoreCase);

    /// <summary>The indicator of a type or alias, case aside; null when there is none.</summary>
    public static IndicatorDefinition? Find(string typeOrAlias) => s_byName.GetValueOrDefault(typeOrAlias);

    /// <summary>The types and aliases that a mistyped name most likely meant, the most alike first.</summary>
    public static IReadOnlyList<string> Nearest(string given) => NearestName.Of(given, s_byName.Keys);

    private static string Later(string instead) => $"it is not available yet; {instead} is the nearest that is.";
}
