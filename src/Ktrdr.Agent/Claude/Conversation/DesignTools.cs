using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>What a language model may do while it designs: have a strategy checked, and save one.</summary>
/// <remarks>The provider's strict mode wants every object spelt out, which a document with names of its own cannot be; so the
/// schemas say what is required, and the reader of strategies says the rest.</remarks>
internal sealed class DesignTools(DesignBrief brief, Aliases aliases, IStrategyShelf shelf, IDesignDesk desk)
    : ITools<StrategyDocument>
{
    private const string Validate = "validate_strategy_config";
    private const string Save = "save_strategy_config";
    private const int LongestDescription = 1_000;
    private const int LongestAnswer = 2_000;
    private const int ManyFailures = 3;

    private readonly StrategyDraft _draft = new(brief, aliases, shelf);
    private int _failedSaves;

    /// <inheritdoc/>
    public string Request => $"Call {Save} now with name, description and config; a text is not read.";

    /// <inheritdoc/>
    public string Wanted => "a strategy";

    /// <inheritdoc/>
    public JsonArray Definitions() => Offered();

    /// <summary>The tools, which are the same in every design.</summary>
    public static JsonArray Offered() =>
        [
            Schema.Tool(
                Validate,
                "Checks a strategy without saving it and lists every mistake with its path.",
                ("config", Schema.Document("The whole strategy, format v3."))
            ),
            Schema.Tool(
                Save,
                "Checks a strategy and saves it. A success ends your work; else every mistake is listed, to be mended and saved again.",
                ("name", Schema.Text("Its name: letters, digits, '_' and '-', at most 100.")),
                (
                    "description",
                    Schema.Text($"What it does, in a sentence or two; at most {LongestDescription} characters.")
                ),
                ("config", Schema.Document("The whole strategy, format v3."))
            ),
        ];

    /// <inheritdoc/>
    public Task<ToolAnswer<StrategyDocument>> CallAsync(
        string tool,
        string arguments,
        CancellationToken cancellationToken
    ) =>
        tool switch
        {
            Validate => Task.FromResult(Check(Arguments.Read(arguments, "config"))),
            Save => SaveAsync(Arguments.Read(arguments, "name", "description", "config"), cancellationToken),
            _ => Task.FromResult(Wrong([$"there is no such tool; there is {Validate} and {Save}"])),
        };

    /// <inheritdoc/>
    public Task<ToolAnswer<StrategyDocument>> ReadAsync(string text, CancellationToken cancellationToken)
    {
        var body = Fence.Inside(text);
        return
            Arguments.Parse(body, Arguments.MaximumDepth) is { ValueKind: JsonValueKind.Object } json
            && json.TryGetProperty("config", out _)
            ? SaveAsync(Arguments.Read(body, "name", "description", "config"), cancellationToken)
            : KeepAsync(_draft.Read(body, name: null), description: null, cancellationToken);
    }

    private ToolAnswer<StrategyDocument> Check(Arguments arguments)
    {
        var reading = arguments.Value("config") is { } config
            ? _draft.Read(config, name: null)
            : StrategyReading.Unreadable([]);
        List<string> problems = [.. arguments.Problems, .. reading.Errors, .. Repetition(reading.Document)];
        return problems.Count > 0
            ? Wrong(problems)
            : new ToolAnswer<StrategyDocument>(
                Told("valid", [.. reading.Warnings, .. reading.Suggestions], $"Save it with {Save}."),
                IsError: false
            );
    }

    private async Task<ToolAnswer<StrategyDocument>> SaveAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var name = arguments.Name("name");
        var description = arguments.Line("description", LongestDescription);
        var reading = arguments.Value("config") is { } config
            ? _draft.Read(config, name.Length > 0 ? name : "unnamed")
            : StrategyReading.Unreadable([]);
        return arguments.Problems.Count > 0
            ? FailedSave([.. arguments.Problems, .. reading.Errors])
            : await KeepAsync(reading, description, cancellationToken);
    }

    private async Task<ToolAnswer<StrategyDocument>> KeepAsync(
        StrategyReading reading,
        string? description,
        CancellationToken cancellationToken
    )
    {
        if (reading.Document is not { } read)
        {
            return FailedSave(reading.Errors);
        }

        var strategy = description is null ? read : read with { Description = _draft.Words(description) };
        if (Repetition(strategy).ToList() is { Count: > 0 } repeats)
        {
            return FailedSave(repeats);
        }

        try
        {
            // The shelf has the last word: what is short as an object may be too long as a file.
            await shelf.PutAsync(strategy, cancellationToken);
            return new ToolAnswer<StrategyDocument>("saved", IsError: false, strategy);
        }
        catch (StrategyRefusedException refused)
        {
            return FailedSave(refused.Errors);
        }
    }

    private IEnumerable<string> Repetition(StrategyDocument? strategy) =>
        strategy is not null && desk.Repeats(strategy) is { } reason ? [reason] : [];

    private ToolAnswer<StrategyDocument> FailedSave(IReadOnlyList<string> problems) =>
        Wrong(problems, ++_failedSaves >= ManyFailures ? "Fix exactly these and change nothing else." : "");

    private ToolAnswer<StrategyDocument> Wrong(IReadOnlyList<string> problems, string advice = "") =>
        new(
            Told($"{problems.Count} problem{(problems.Count == 1 ? "" : "s")}", problems, advice),
            IsError: true,
            Problems: problems.Count
        );

    /// <summary>A heading, as many points as there is room for, and a last word; without the symbols it may not know.</summary>
    private string Told(string heading, IReadOnlyList<string> points, string advice)
    {
        var text = new StringBuilder(heading).Append(points.Count > 0 ? ":" : ".");
        foreach (var (index, point) in points.Index())
        {
            var line = $"\n- {Plain.Line(aliases.Mask(point), LongestPoint)}";
            if (text.Length + line.Length + advice.Length + Reserve > LongestAnswer)
            {
                text.Append($"\n… and {points.Count - index} more");
                break;
            }

            text.Append(line);
        }

        return text.Append(advice.Length > 0 ? $"\n{advice}" : "").ToString();
    }

    private const int LongestPoint = 400;
    private const int Reserve = 24;
}
