using System.CommandLine;
using System.Globalization;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr models</c>: the price list.</summary>
internal static class ModelsCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Shell shell) =>
        shell.Define(
            new Command("models", "The language models that may design and assess, and what they cost today."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var models = await connection.Client.ModelsAsync(cancellationToken);
                call.Answer(Whole.Of(models), json => json.ManyModelView, answer => Lines(answer.Data));
                return Exit.Done;
            },
            "ktrdr models",
            "ktrdr models --json | jq '.data[] | select(.default).id'"
        );

    private static IEnumerable<string> Lines(IReadOnlyList<ModelView> models) =>
        Columns
            .Lay(
                ["MODEL", "ALIASES", "SINCE", "PROMPT", "INPUT", "OUTPUT", "WRITE 5 MIN", "WRITE 1 H", "CACHE READ"],
                models.SelectMany(model =>
                    model.Bands.Select(
                        (band, number) =>
                            (IReadOnlyList<string>)
                                [
                                    // A model is named once; its further bands stand below it.
                                    number > 0
                                        ? ""
                                    : model.Default ? $"{model.Id} (default)"
                                    : model.Id,
                                    number > 0 ? "" : string.Join(", ", model.Aliases),
                                    number > 0
                                        ? ""
                                        : model.Effective.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                                    Size(model, number),
                                    Words.Dollars(band.Input),
                                    Words.Dollars(band.Output),
                                    Words.Dollars(band.CacheWrite5Minutes),
                                    Words.Dollars(band.CacheWrite1Hour),
                                    Words.Dollars(band.CacheRead),
                                ]
                    )
                )
            )
            .Append("Dollars for a million tokens. The whole prompt chooses the row, cached tokens included.");

    private static string Size(ModelView model, int number) =>
        model.Bands[number].UpToPromptTokens is { } most ? $"up to {Words.Count(most)}"
        : number > 0 ? "above"
        : "any";
}
