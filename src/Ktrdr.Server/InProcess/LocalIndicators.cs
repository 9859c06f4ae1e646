using System.Globalization;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Core;

namespace Ktrdr.Server;

/// <summary>An indicator to compute on a file of bars.</summary>
public sealed record IndicatorOrder
{
    /// <summary>Its type, in any case.</summary>
    public required string Type { get; init; }

    /// <summary>Parameters as they were written.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; }

    /// <summary>The column it reads, or null for its own choice.</summary>
    public string? Source { get; init; }

    /// <summary>Full path of a CSV, plain or gzip, or of a LEAN zip.</summary>
    public required string File { get; init; }

    /// <summary>The zone of times that name none, or null.</summary>
    public string? Timezone { get; init; }
}

/// <summary>An indicator, computed.</summary>
/// <param name="Names">The names of its columns; the indicator's own where it has only one.</param>
/// <param name="Times">Starts of the bars.</param>
/// <param name="Values">One array a column, each as long as the times; NaN while warming up.</param>
public sealed record IndicatorColumns(
    IReadOnlyList<string> Names,
    IReadOnlyList<DateTimeOffset> Times,
    IReadOnlyList<double[]> Values
);

/// <summary>Indicators without a server: the catalogue is the program's own, and a computation needs only a file.</summary>
public static class LocalIndicators
{
    /// <summary>The catalogue.</summary>
    public static IReadOnlyList<IndicatorView> List() => IndicatorEndpoints.List().Value!.Data;

    /// <summary>Computes one indicator on the bars of a file.</summary>
    /// <exception cref="KtrdrApiException">The indicator, a parameter or the file cannot be used.</exception>
    public static async Task<IndicatorColumns> ComputeAsync(IndicatorOrder order, CancellationToken cancellationToken)
    {
        var definition = IndicatorCatalogue.Find(order.Type) ?? throw Unknown(order.Type);
        var settings = SettingsOf(definition, order);
        var bars = await ReadAsync(order, cancellationToken);
        var values = definition.Over(bars, settings);
        var times = new DateTimeOffset[bars.Count];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = DateTimeOffset.FromUnixTimeSeconds(bars.Times[i]);
        }

        var names = definition.Outputs.Select(output => output.Name == "value" ? definition.Type : output.Name);
        return new IndicatorColumns([.. names], times, values);
    }

    private static IndicatorSettings SettingsOf(IndicatorDefinition definition, IndicatorOrder order)
    {
        var numbers = new Dictionary<string, double>();
        var words = new Dictionary<string, string>();
        foreach (var (name, written) in order.Parameters)
        {
            var isNumber = double.TryParse(
                written,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var number
            );
            if (!(isNumber ? numbers.TryAdd(name, number) : words.TryAdd(name, written)))
            {
                throw Refuse("invalid_parameter", $"Parameter '{name}' is given twice.", "Give it once.");
            }
        }

        try
        {
            return definition.SettingsFrom(
                numbers,
                words,
                order.Source?.ToLowerInvariant() ?? IndicatorCatalogue.Sources[0]
            );
        }
        catch (ArgumentException wrong)
        {
            // The framework appends the name of the argument on our side, which tells a user nothing.
            var sentence = wrong.ParamName is { } name
                ? wrong.Message.Replace($" (Parameter '{name}')", "")
                : wrong.Message;
            throw Refuse("invalid_parameter", sentence, $"'ktrdr indicators list' shows what {definition.Type} takes.");
        }
    }

    private static Task<Bars> ReadAsync(IndicatorOrder order, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                if (!File.Exists(order.File))
                {
                    throw Refuse(
                        "no_such_file",
                        $"There is no file {order.File}.",
                        "Check the path; it is relative to the folder you are in."
                    );
                }

                try
                {
                    return BarFiles.Read(order.File, order.Timezone, cancellationToken);
                }
                catch (ImportException wrong)
                {
                    throw Refuse("invalid_data", wrong.Message, "Mend the file and try again.");
                }
            },
            cancellationToken
        );

    private static KtrdrApiException Unknown(string type)
    {
        if (IndicatorCatalogue.NotYet.TryGetValue(type, out var reason))
        {
            return Refuse("unknown_indicator", $"The indicator '{type}' cannot be used: {reason}", null);
        }

        var near = IndicatorCatalogue.Nearest(type);
        return Refuse(
            "unknown_indicator",
            $"There is no indicator '{type}'.{(near.Count == 0 ? "" : $" Did you mean '{near[0]}'?")}",
            "'ktrdr indicators list' shows all of them."
        );
    }

    private static KtrdrApiException Refuse(string code, string detail, string? next) =>
        ProblemResult.Of(System.Net.HttpStatusCode.UnprocessableEntity, code, detail, next).AsException();
}
