namespace Ktrdr.Core;

/// <summary>The few kinds of parameter that indicators declare.</summary>
internal static class Parameter
{
    /// <summary>The number of bars an indicator looks back over.</summary>
    public static IndicatorParameter Period(int usual, int minimum, int maximum) =>
        Bars("period", "How many bars it looks back over.", usual, minimum, maximum);

    /// <summary>A number of bars.</summary>
    public static IndicatorParameter Bars(string name, string meaning, int usual, int minimum, int maximum) =>
        new()
        {
            Name = name,
            Kind = ParameterKind.Integer,
            Meaning = meaning,
            Default = usual,
            Minimum = minimum,
            Maximum = maximum,
        };

    /// <summary>A number above zero.</summary>
    public static IndicatorParameter AboveZero(string name, string meaning, double usual, double maximum) =>
        new()
        {
            Name = name,
            Kind = ParameterKind.Number,
            Meaning = meaning,
            Default = usual,
            Minimum = 0,
            MinimumExcluded = true,
            Maximum = maximum,
        };

    /// <summary>One of a few words, the default first.</summary>
    public static IndicatorParameter Word(string name, string meaning, params IReadOnlyList<string> choices) =>
        new()
        {
            Name = name,
            Kind = ParameterKind.Choice,
            Meaning = meaning,
            Choices = choices,
        };
}
