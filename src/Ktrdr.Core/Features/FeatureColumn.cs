namespace Ktrdr.Core;

/// <summary>One input of the network, as it was resolved at training and must be met again at a backtest.</summary>
/// <param name="Name"><c>{timeframe}_{fuzzy set}_{membership}</c>, or <c>{timeframe}_{indicator}_raw</c>.</param>
/// <param name="Normalization">How a raw value is scaled; none for a membership.</param>
/// <param name="Offset">Subtracted first; 0 without scaling. Fitted on training rows only.</param>
/// <param name="Scale">Divided by second; 1 without scaling. Fitted on training rows only.</param>
public sealed record FeatureColumn(string Name, Normalization Normalization, double Offset, double Scale);
