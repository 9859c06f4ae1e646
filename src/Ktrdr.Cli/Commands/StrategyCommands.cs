using System.CommandLine;
using System.Text;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr strategies …</c>: the strategies of the home.</summary>
internal static class StrategyCommands
{
    private const int LongestDocument = 1 << 20;
    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>The group.</summary>
    public static Command Build(Shell shell) =>
        Shell.Group(
            "strategies",
            "The strategies of the home: list, read, check.",
            List(shell),
            Show(shell),
            Validate(shell)
        );

    private static Command List(Shell shell) =>
        shell.Define(
            new Command("list", "All strategies of the home, with what became of them."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var strategies = await connection.Client.StrategiesAsync(cancellationToken);
                call.Answer(Whole.Of(strategies), json => json.ManyStrategyView, answer => Rows(answer.Data));
                return Exit.Done;
            },
            "ktrdr strategies list"
        );

    private static IEnumerable<string> Rows(IReadOnlyList<StrategyView> strategies) =>
        strategies.Count == 0
            ? ["No strategy yet. A research cycle designs one: 'ktrdr agent trigger'."]
            : Columns.Lay(
                ["NAME", "MARKET", "INDICATORS", "TRAINED", "VERDICT"],
                strategies.Select(strategy =>
                    (IReadOnlyList<string>)
                        [
                            strategy.Name,
                            strategy.Valid ? $"{strategy.Symbol} {strategy.Timeframe}" : "breaks a rule",
                            string.Join(", ", strategy.Indicators),
                            strategy.ModelPath is null ? "no" : "yes",
                            strategy.Verdict ?? "",
                        ]
                )
            );

    private static Command Show(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "Its name, without .yaml." };
        return shell.Define(
            new Command("show", "One strategy: its text, its model, what was thought of it.") { name },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var strategy = await connection.Client.StrategyAsync(call.Value(name), cancellationToken);
                call.Answer(
                    new One<StrategyView> { Success = true, Data = strategy },
                    json => json.OneStrategyView,
                    answer => Sentences(answer.Data)
                );
                return Exit.Done;
            },
            "ktrdr strategies show my_idea"
        );
    }

    private static IEnumerable<string> Sentences(StrategyView strategy) =>
        Columns
            .Facts(
                ("Strategy", strategy.Name),
                ("File", strategy.Path),
                ("About", strategy.Description),
                ("Market", strategy.Symbol is null ? null : $"{strategy.Symbol} {strategy.Timeframe}"),
                ("Indicators", string.Join(", ", strategy.Indicators)),
                ("Valid", strategy.Valid ? "yes" : $"no; 'ktrdr strategies validate {strategy.Name}' says why"),
                ("Model", strategy.ModelPath ?? "untrained"),
                ("Verdict", strategy.Verdict)
            )
            .Append("")
            .Concat(Words.Document(strategy.Yaml ?? "").TrimEnd('\n').Split('\n'));

    private static Command Validate(Shell shell)
    {
        var target = new Argument<string>("FILE-or-NAME")
        {
            Description = "A strategy file, or the name of a strategy of the home.",
        };
        return shell.Define(
            new Command("validate", "Check a strategy against every rule. Exit codes: 0 valid, 1 not.") { target },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var written = call.Value(target);
                var path = call.FileAt(written);
                var found = File.Exists(path)
                    ? await connection.Client.ValidateTextAsync(
                        await TextAsync(path, cancellationToken),
                        cancellationToken
                    )
                    : await connection.Client.ValidateStrategyAsync(NameIn(written, path), cancellationToken);
                call.Answer(found, json => json.ValidationView, answer => Sentences(answer, written));
                return found.Valid ? Exit.Done : Exit.Error;
            },
            "ktrdr strategies validate strategies/my_idea.yaml",
            "ktrdr strategies validate my_idea"
        );
    }

    private static string NameIn(string written, string path) =>
        written.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
        || written.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || written.Contains(Path.DirectorySeparatorChar)
            ? throw new Complaint(
                Exit.Error,
                $"There is no file {path}.",
                "Check the path, or give the name of a strategy of the home."
            )
            {
                Code = "no_such_file",
            }
            : written;

    private static async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        var length = new FileInfo(path).Length;
        if (length > LongestDocument)
        {
            throw new Complaint(
                Exit.Error,
                $"{path} is {length:#,0} bytes long; a strategy has at most {LongestDocument:#,0}.",
                "Give the file of a strategy."
            )
            {
                Code = "invalid_strategy",
            };
        }

        // A pipe or a device has no length either, and reading one may never end.
        if (length == 0)
        {
            return "";
        }

        try
        {
            return s_strict.GetString(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (DecoderFallbackException broken)
        {
            throw new Complaint(
                Exit.Error,
                $"{path} is not UTF-8: byte {broken.Index} does not belong there.",
                "Save the file as UTF-8.",
                broken
            )
            {
                Code = "invalid_strategy",
            };
        }
    }

    private static IEnumerable<string> Sentences(ValidationView found, string written)
    {
        var name = Words.Plain(found.StrategyName ?? written);
        yield return found.Valid
            ? $"✓ {name} obeys every rule"
            : $"✗ {name} breaks {found.Errors.Count} {(found.Errors.Count == 1 ? "rule" : "rules")}";
        foreach (var error in found.Errors)
        {
            yield return $"  ✗ {Words.Plain(error)}";
        }

        foreach (var warning in found.Warnings)
        {
            yield return $"  ! {Words.Plain(warning)}";
        }

        foreach (var suggestion in found.Suggestions)
        {
            yield return $"  → {Words.Plain(suggestion)}";
        }

        if (found.MissingSections.Count > 0)
        {
            yield return $"  Missing: {Words.Plain(string.Join(", ", found.MissingSections))}";
        }
    }
}
