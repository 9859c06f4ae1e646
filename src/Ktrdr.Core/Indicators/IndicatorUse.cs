using System.Globalization;

namespace Ktrdr.Core;

/// <summary>From a definition to its columns: settings with every default filled in, then the computation.</summary>
public static class IndicatorUse
{
    /// <summary>The settings of an indicator that is given none.</summary>
    public static IndicatorSettings DefaultSettings(this IndicatorDefinition definition) =>
        definition.SettingsFrom(new Dictionary<string, double>(), new Dictionary<string, string>());

    /// <summary>Settings from what a document says, defaults filled in.</summary>
    /// <param name="definition">The indicator.</param>
    /// <param name="numbers">The numbers that are given, by parameter name.</param>
    /// <param name="choices">The words that are given, by parameter name; case does not matter.</param>
    /// <param name="source">The column it reads, when it takes one.</param>
    /// <exception cref="ArgumentException">A parameter is unknown, of the wrong kind or out of range; the message says which and what is allowed.</exception>
    public static IndicatorSettings SettingsFrom(
        this IndicatorDefinition definition,
        IReadOnlyDictionary<string, double> numbers,
        IReadOnlyDictionary<string, string> choices,
        string source = "close"
    )
    {
        foreach (var name in numbers.Keys.Concat(choices.Keys))
        {
            definition.Require(name);
        }

        if (!IndicatorCatalogue.Sources.Contains(source))
        {
            throw new ArgumentException(
                $"Source '{source}' of {definition.Type} is not a column. Use one of {string.Join(", ", IndicatorCatalogue.Sources)}.",
                nameof(source)
            );
        }

        if (!definition.TakesSource && source != IndicatorCatalogue.Sources[0])
        {
            throw new ArgumentException(
                $"{definition.Type} reads fixed columns and takes no source, but was given '{source}'. Leave it out.",
                nameof(source)
            );
        }

        var effectiveNumbers = new Dictionary<string, double>();
        var effectiveChoices = new Dictionary<string, string>();
        foreach (var parameter in definition.Parameters)
        {
            if (parameter.Kind == ParameterKind.Choice)
            {
                Refuse(definition, parameter.Name, numbers.ContainsKey(parameter.Name) ? "takes a word" : null);
                var word = choices.GetValueOrDefault(parameter.Name, parameter.Choices[0]);
                Refuse(definition, parameter.Name, parameter.Refusal(word));
                effectiveChoices[parameter.Name] = parameter.Choices.First(choice => Same(choice, word));
            }
            else
            {
                Refuse(definition, parameter.Name, choices.ContainsKey(parameter.Name) ? "takes a number" : null);
                var number = numbers.GetValueOrDefault(parameter.Name, parameter.Default);
                Refuse(definition, parameter.Name, parameter.Refusal(number));
                effectiveNumbers[parameter.Name] = number;
            }
        }

        return new IndicatorSettings(effectiveNumbers, effectiveChoices, source);
    }

    /// <summary>Why a parameter does not take a number, such as <c>is 1; it must be a whole number from 2 to 500</c>; null when it does.</summary>
    public static string? Refusal(this IndicatorParameter parameter, double number)
    {
        var inside =
            double.IsFinite(number)
            && number <= parameter.Maximum
            && (parameter.MinimumExcluded ? number > parameter.Minimum : number >= parameter.Minimum)
            && (parameter.Kind != ParameterKind.Integer || double.IsInteger(number));
        return inside
            ? null
            : $"is {number.ToString("R", CultureInfo.InvariantCulture)}; it must be {parameter.Allowed()}";
    }

    /// <summary>Why a parameter does not take a word; null when it does. Case does not matter.</summary>
    public static string? Refusal(this IndicatorParameter parameter, string word) =>
        parameter.Choices.Any(choice => Same(choice, word)) ? null : $"is '{word}'; it must be {parameter.Allowed()}";

    /// <summary>What a parameter takes, in words, such as <c>a whole number from 2 to 500</c>.</summary>
    public static string Allowed(this IndicatorParameter parameter) =>
        parameter.Kind switch
        {
            ParameterKind.Choice => $"one of {string.Join(", ", parameter.Choices)}",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"a {(parameter.Kind == ParameterKind.Integer ? "whole number" : "number")} {(parameter.MinimumExcluded ? "above" : "from")} {parameter.Minimum} {(parameter.MinimumExcluded ? "and up " : "")}to {parameter.Maximum}"
            ),
        };

    /// <summary>Computes an indicator over bars: one column per output, each as long as the bars, NaN while warming up.</summary>
    public static double[][] Over(this IndicatorDefinition definition, Bars bars, IndicatorSettings settings)
    {
        var outputs = new double[definition.Outputs.Count][];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = GC.AllocateUninitializedArray<double>(bars.Count); // an indicator writes every value
        }

        definition.Compute(bars, settings, outputs);
        return outputs;
    }

    private static void Require(this IndicatorDefinition definition, string name)
    {
        var names = definition.Parameters.Select(parameter => parameter.Name).ToArray();
        if (names.Contains(name))
        {
            return;
        }

        var valid = names.Length == 0 ? "It takes none." : $"It takes {string.Join(", ", names)}.";
        var near = NearestName.Of(name, names);
        var meant = near.Count == 0 ? "" : $" Did you mean '{near[0]}'?";
        throw new ArgumentException($"{definition.Type} has no parameter '{name}'. {valid}{meant}", nameof(name));
    }

    private static void Refuse(IndicatorDefinition definition, string name, string? reason)
    {
        if (reason is not null)
        {
            throw new ArgumentException($"Parameter '{name}' of {definition.Type} {reason}.", name);
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
