using System.Text.Json;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>New operations that follow an ended one, which itself never changes: going on from it, or doing its order anew.</summary>
internal sealed class FollowUps(IOperations operations, ILanguageModels languageModels, ResearchOptions options)
{
    // What an earlier run found out on the way is not a fact of its order.
    private static readonly string[] s_factsOfTheOrder = ["strategy_name", "strategy_path", "symbol", "timeframe"];

    private readonly Bill _bill = new(operations, options);

    public async Task<StartOutcome> ResumeAsync(string id, CancellationToken cancellationToken)
    {
        var earlier = await operations.FindAsync(id, cancellationToken);
        if (Unfit(id, earlier) is { } unfit)
        {
            return new StartOutcome.Refused(unfit);
        }

        return earlier!.Error is { Code: "training_gate_failed" or "backtest_gate_failed" } verdict
            ? new StartOutcome.Refused(TurnedAway(earlier, verdict))
            : await StartAsync(
                earlier,
                "resumed",
                new StartRequest<JsonElement>
                {
                    Type = earlier.Type,
                    Order = earlier.Order,
                    Seed = earlier.Seed,
                    Resumes = earlier.Id,
                    Metadata = await FactsAsync(earlier, cancellationToken),
                },
                cancellationToken
            );
    }

    public async Task<StartOutcome> RetryAsync(string id, CancellationToken cancellationToken)
    {
        var earlier = await operations.FindAsync(id, cancellationToken);
        return Unfit(id, earlier) is { } unfit
            ? new StartOutcome.Refused(unfit)
            : await StartAsync(
                earlier!,
                "retried",
                new StartRequest<JsonElement>
                {
                    Type = earlier!.Type,
                    Order = earlier.Order,
                    Seed = earlier.Seed,
                    Metadata = FactsOfTheOrder(earlier).Append(new("retries", earlier.Id)).ToDictionary(),
                },
                cancellationToken
            );
    }

    /// <summary>A cycle is refused while as many live as may.</summary>
    public static StartOutcome.Refused AlreadyActive(Operation live, int most) =>
        new(
            new Refusal(
                "active_cycle_exists",
                most == 1
                    ? $"A research cycle is already running: {live.Id}"
                    : $"As many research cycles are running as may ({most}); the newest is {live.Id}",
                $"Watch it with 'ktrdr agent status', or stop it with 'ktrdr agent cancel{(most == 1 ? "" : $" {live.Id}")}'.",
                live.Id
            )
        );

    private async Task<StartOutcome> StartAsync(
        Operation earlier,
        string done,
        StartRequest<JsonElement> request,
        CancellationToken cancellationToken
    )
    {
        if (earlier.Type == OperationTypes.Cycle)
        {
            var live = await ResearchStatus.LiveCyclesAsync(operations, cancellationToken);
            if (live.Count >= options.MostCycles)
            {
                return AlreadyActive(live[0], options.MostCycles);
            }

            var order = OrderOf(earlier);
            if (
                order.Provider == Providers.Anthropic
                && languageModels.Choose(order.Model) is ModelChoice.Refused(var no)
            )
            {
                return new StartOutcome.Refused(no);
            }

            request = request with
            {
                Slot = ResearchDesk.CycleSlot,
                Places = options.MostCycles,
                Hold = _bill.HoldFor(order.Provider),
                DailyLimit = _bill.DailyLimit,
            };
        }

        return await operations.StartAsync(request, cancellationToken) switch
        {
            StartResult.Started(var started) => new StartOutcome.Started(
                started,
                $"{Name(earlier.Type)} {done} from {earlier.Id}! Operation ID: {started.Id}"
            ),
            StartResult.Taken(var holder) => AlreadyActive(holder, options.MostCycles),
            StartResult.Exhausted(var balance) => new StartOutcome.Refused(_bill.Exhausted(balance)),
            var other => throw new InvalidOperationException($"Starting a cycle cannot come to {other}."),
        };
    }

    /// <summary>The facts that a resumed operation begins with: those of its order, and the phases that are behind it.</summary>
    private async Task<Dictionary<string, object?>> FactsAsync(Operation earlier, CancellationToken cancellationToken)
    {
        var facts = FactsOfTheOrder(earlier).ToDictionary();
        if (earlier.Type != OperationTypes.Cycle)
        {
            return facts;
        }

        var done = new Dictionary<string, string>();
        for (var from = earlier; from is not null; from = await FindAsync(from.Resumes, cancellationToken))
        {
            foreach (var child in await operations.ChildrenAsync(from.Id, cancellationToken))
            {
                done.TryAdd(child.Name, child.Status == OperationStatus.Completed ? child.Id : "");
            }
        }

        // In order, up to the first phase that did not complete: there it goes on.
        foreach (var phase in Phase.All.Where(phase => phase != Phase.Designing || OrderOf(earlier).Strategy is null))
        {
            facts["phase"] = phase.Name;
            if (done.GetValueOrDefault(phase.ChildName) is not { Length: > 0 } child)
            {
                break;
            }

            facts[phase.MetadataKey] = child;
        }

        return facts;
    }

    private async Task<Operation?> FindAsync(string? id, CancellationToken cancellationToken) =>
        id is null ? null : await operations.FindAsync(id, cancellationToken);

    private static IEnumerable<KeyValuePair<string, object?>> FactsOfTheOrder(Operation earlier) =>
        earlier.Type == OperationTypes.Cycle
            ? OperationFacts.Of(OrderOf(earlier))
            : s_factsOfTheOrder.Select(fact => KeyValuePair.Create(fact, (object?)(string?)earlier.Metadata[fact]));

    private static CycleOrder OrderOf(Operation cycle) => cycle.Order.Deserialize<CycleOrder>(OperationJson.Options)!;

    private static Refusal? Unfit(string id, Operation? earlier) =>
        earlier switch
        {
            null => new Refusal(
                "unknown_operation",
                $"There is no operation '{id}'.",
                "List them with 'ktrdr operations list' (GET /api/v1/operations).",
                id
            ),
            { ParentId: not null } => new Refusal(
                "not_a_root",
                $"{id} is a part of {earlier.RootId} and follows it.",
                $"Name the whole: {earlier.RootId}",
                earlier.RootId
            ),
            { IsTerminal: false } => new Refusal(
                "operation_live",
                $"{id} has not ended: {earlier.Status.ToString().ToLowerInvariant()}.",
                $"Wait for it with 'ktrdr operations wait {id}', or stop it with 'ktrdr operations cancel {id}'.",
                id
            ),
            { Status: OperationStatus.Completed } => new Refusal(
                "operation_finished",
                $"{id} has completed, so nothing of it is left to do.",
                earlier.Type == OperationTypes.Cycle
                    ? "Start another with 'ktrdr agent trigger'; 'ktrdr operations replay' runs this one again and compares."
                    : "Start another with 'ktrdr train' or 'ktrdr backtest'.",
                id
            ),
            _ => null,
        };

    private static Refusal TurnedAway(Operation earlier, OperationError verdict)
    {
        var strategy = (string?)earlier.Metadata["strategy_name"];
        return new Refusal(
            "turned_away",
            $"{earlier.Id} was turned away by a gate, whose reason stands. {verdict.Message}",
            $"Do its order anew with 'ktrdr operations retry {earlier.Id}', or let the strategy pass the gates: "
                + $"ktrdr agent trigger --strategy {strategy} --bypass-gates",
            earlier.Id
        );
    }

    private static string Name(string type) =>
        type switch
        {
            OperationTypes.Cycle => "Research cycle",
            OperationTypes.Training => "Training",
            _ => "Backtest",
        };
}
