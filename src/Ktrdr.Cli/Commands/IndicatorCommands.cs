using System.CommandLine;
using System.Globalization;
using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr indicators …</c>: the catalogue, and its arithmetic on a file of bars.</summary>
internal static class IndicatorCommands
{
    /// <summary>The group.</summary>
    public static Command Build(Shell shell) =>
        Shell.Group(
            "indicators",
            "The indicators a strategy may use: list them, compute one.",
            List(shell),
            Compute(shell)
        );

    private static Command List(Shell shell) =>
        shell.Define(
            new Command("list", "Every indicator with its parameters, outputs and range."),
            async (call, cancellationToken) =>
            {
                await using var running = call.Url is null
                    ? null
                    : await Connection.RunningAsync(call, cancellationToken);
                var all = running is null
                    ? LocalIndicators.List()
                    : await running.Client.IndicatorsAsync(cancellationToken);
                call.Answer(Whole.Of(all), json => json.ManyIndicatorView, answer => Rows(answer.Data));
                return Exit.Done;
            },
            "ktrdr indicators list",
            "ktrdr indicators list --json | jq '.data[] | select(.category == \"momentum\") | .type'"
        );

    private static IEnumerable<string> Rows(IReadOnlyList<IndicatorView> all) =>
        Columns.Lay(
            ["TYPE", "CATEGORY", "PARAMETERS", "OUTPUTS", "TELLS"],
            all.Select(indicator =>
                (IReadOnlyList<string>)
                    [
                        indicator.Type,
                        indicator.Category,
                        string.Join(
                            " ",
                            indicator.Parameters.Select(Parameter).Concat(indicator.TakesSource ? ["source=close"] : [])
                        ),
                        string.Join(" ", indicator.Outputs.Select(Output)),
                        indicator.Summary,
                    ]
            )
        );

    private static string Parameter(ParameterView parameter) =>
        $"{parameter.Name}={parameter.Default?.ToString(CultureInfo.InvariantCulture) ?? parameter.Choices[0]}";

    private static string Output(OutputView output) =>
        output is { Low: { } low, High: { } high }
            ? string.Create(CultureInfo.InvariantCulture, $"{output.Name}[{low},{high}]")
            : output.Name;

    private static Command Compute(Shell shell)
    {
        var type = new Argument<string>("TYPE") { Description = "Which indicator, as 'indicators list' names it." };
        var parameters = new Option<string[]>("--param")
        {
            Description = "One parameter, such as period=14; may be given several times.",
            HelpName = "NAME=VALUE",
        };
        var source = new Option<string?>("--source")
        {
            Description = "Which column it reads: open, high, low, close or volume (default close).",
            HelpName = "COLUMN",
        };
        var data = new Option<string>("--data")
        {
            Description = "A file of bars: a CSV (also .gz) or a LEAN zip.",
            HelpName = "FILE",
            Required = true,
        };
        var timezone = new Option<string?>("--timezone")
        {
            Description = "The zone of its times, where they do not say it.",
            HelpName = "ZONE",
        };
        var command = new Command(
            "compute",
            "Compute an indicator on a file of bars and print CSV: the time and one column for each output, empty while warming up."
        )
        {
            type,
            parameters,
            source,
            data,
            timezone,
        };
        command.Validators.Add(result =>
        {
            foreach (var written in result.GetValue(parameters) ?? [])
            {
                if (written.IndexOf('=', StringComparison.Ordinal) is < 1)
                {
                    result.AddError($"--param '{Words.Plain(written)}' names no value. Write it as period=14.");
                }
            }
        });
        return shell.Define(
            command,
            async (call, cancellationToken) =>
            {
                var columns = await LocalIndicators.ComputeAsync(
                    new IndicatorOrder
                    {
                        Type = call.Value(type),
                        Parameters = [.. (call.Value(parameters) ?? []).Select(Split)],
                        Source = call.Value(source),
                        File = call.FileAt(call.Value(data)!),
                        Timezone = call.Value(timezone),
                    },
                    cancellationToken
                );
                await WriteAsync(columns, call, cancellationToken);
                return Exit.Done;
            },
            "ktrdr indicators compute rsi --param period=14 --data EURUSD_1h.csv.gz",
            "ktrdr indicators compute macd --param fast_period=12 --param slow_period=26 --data bars.csv --source close"
        );
    }

    private static KeyValuePair<string, string> Split(string written)
    {
        var at = written.IndexOf('=', StringComparison.Ordinal);
        return new(written[..at].Trim(), written[(at + 1)..].Trim());
    }

    // Shortest digits that read back as the same number; an empty cell where there is none.
    private static async Task WriteAsync(IndicatorColumns columns, Call call, CancellationToken cancellationToken)
    {
        var output = call.Surroundings.Out;
        await output.WriteLineAsync("timestamp," + string.Join(',', columns.Names));
        var row = new System.Text.StringBuilder();
        for (var bar = 0; bar < columns.Times.Count; bar++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            row.Clear()
                .Append(
                    columns.Times[bar].UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                );
            foreach (var column in columns.Values)
            {
                row.Append(',');
                if (!double.IsNaN(column[bar]))
                {
                    row.Append(column[bar].ToString("R", CultureInfo.InvariantCulture));
                }
            }

            await output.WriteLineAsync(row, cancellationToken);
        }
    }
}
