using Ktrdr.Core;

namespace Ktrdr.Agent;

/// <summary>A strategy before it has looked at the market: what to measure, what to teach and how to trade it.</summary>
/// <param name="Indicators">One to three columns of indicators.</param>
/// <param name="Labels">What each bar should teach.</param>
/// <param name="Hidden">Units of the hidden layers.</param>
/// <param name="Epochs">Passes over the training rows.</param>
/// <param name="AllowShort">Whether it sells what it does not have.</param>
/// <param name="ActingShare">Share of the validation bars whose probability should be high enough to act.</param>
internal sealed record Idea(
    IReadOnlyList<IdeaColumn> Indicators,
    LabelRules Labels,
    IReadOnlyList<int> Hidden,
    int Epochs,
    bool AllowShort,
    double ActingShare
)
{
    /// <summary>The types of its indicators, in an order that does not depend on how they were drawn.</summary>
    public string Family =>
        string.Join("+", Indicators.Select(column => column.Definition.Type).Order(StringComparer.Ordinal));
}

/// <summary>One column of one indicator.</summary>
/// <param name="Definition">Which indicator.</param>
/// <param name="Output">Index of its output.</param>
/// <param name="Period">Its length in bars.</param>
internal sealed record IdeaColumn(IndicatorDefinition Definition, int Output, int Period)
{
    /// <summary>Its name within the strategy, such as <c>rsi_14</c>.</summary>
    public string Id => $"{Definition.Type}_{Period}";

    /// <summary>Its effective settings.</summary>
    public IndicatorSettings Settings =>
        Definition.SettingsFrom(
            new Dictionary<string, double> { [Definition.Parameters[0].Name] = Period },
            new Dictionary<string, string>()
        );
}
