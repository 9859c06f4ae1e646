using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>Adds up what ended and what was charged, from the first record on, and then what is new.</summary>
/// <remarks>So a counter says what the records say: a restart takes nothing back, and every server of one database says the same.
/// What an old or a newer program recorded and this one does not know is passed over or counted as other, never fatal.</remarks>
internal sealed class RecordedTotals(IOperationFigures figures, Instruments instruments, ILanguageModels languageModels)
{
    private const int Page = 500;
    private readonly HashSet<string> _models =
    [
        .. languageModels.List().Take(Labels.MostModels).Select(model => model.Id),
    ];

    // What ended below cycles that have not. A cycle that was resumed judges again what an earlier one had done; it counts once,
    // where the work was done.
    private readonly Dictionary<string, HashSet<string>> _done = [];
    private bool _begun;
    private long _ended;
    private long _charged;

    /// <summary>Adds what is new. Called by one at a time.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!_begun)
        {
            _begun = true;
            instruments.BeginAtZero([.. _models, Labels.Other]);
        }

        int came;
        do
        {
            var page = await figures.ChargedAsync(_charged, Page, cancellationToken);
            foreach (var purchase in page)
            {
                // Whatever is wrong with one, it is not added twice and keeps no other from being added.
                _charged = purchase.Number;
                Add(purchase);
            }

            came = page.Count;
        } while (came == Page);

        do
        {
            var page = await figures.EndedAsync(_ended, Page, cancellationToken);
            foreach (var operation in page)
            {
                _ended = operation.Number;
                Add(operation);
            }

            came = page.Count;
        } while (came == Page);

        instruments.AreTotalsWhole = true;
    }

    private void Add(EndedOperation ended)
    {
        instruments.OperationEnded(Labels.TypeOf(ended.Type), OperationViews.NameOf(ended.Status));
        if (ended.ParentId is { } parent)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_done, parent, out _) ??= []).Add(ended.Type);
        }

        if (ended.Type == OperationTypes.Cycle)
        {
            instruments.CycleEnded(Labels.OutcomeOf(ended), ended.Took, ended.Paid);
            _done.Remove(ended.Id, out var done);
            foreach (var gate in Labels.Gates.Where(gate => done?.Contains(Labels.WorkOf(gate)) == true))
            {
                AddGate(gate, ended.Metadata[$"{gate}_gate"] as JsonObject);
            }
        }
        else if (
            ended is { ParentId: not null, Took: { } took }
            && Phase.All.FirstOrDefault(phase => phase.Type == ended.Type) is { } phase
        )
        {
            instruments.PhaseEnded(phase.Name, took);
        }
    }

    private void AddGate(string gate, JsonObject? verdict)
    {
        if (Text(verdict?["result"]) is { } result && Labels.GateResults.Contains(result))
        {
            instruments.GateJudged(gate, result);
        }

        foreach (var check in verdict?["checks"] as JsonArray ?? [])
        {
            // A missing figure is null in the record, and belongs to no bar of a histogram.
            if (
                check is JsonObject judged
                && Text(judged["name"]) is { } name
                && Labels.Checks.TryGetValue(name, out var of)
                && Number(judged["value"]) is { } value
            )
            {
                instruments.FigureJudged(of.Gate, of.Check, value);
            }
        }
    }

    private void Add(ChargedPurchase purchase)
    {
        var outcome =
            purchase.Outcome == "unknown" ? "unknown"
            : purchase.Usage.ContainsKey("message_id") ? "answered"
            : "not_billed";
        instruments.RequestCharged(outcome, purchase.Cost, purchase.Usage.Count > 0 ? purchase.Took : null);
        if (Text(purchase.About["phase"]) is not { } phase || !Labels.AskingPhases.Contains(phase))
        {
            return;
        }

        var model = Text(purchase.About["model"]) is { } named && _models.Contains(named) ? named : Labels.Other;
        foreach (var direction in Labels.Directions)
        {
            if (Number(purchase.Usage[$"{direction}_tokens"]) is > 0 and var tokens)
            {
                instruments.TokensUsed(phase, model, direction, (long)tokens);
            }
        }
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var read) ? read : null;

    private static double? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var read) && double.IsFinite(read) ? read : null;
}
