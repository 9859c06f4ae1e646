using System.Security.Cryptography;
using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The front of research over durable operations.</summary>
public sealed class ResearchDesk(
    IOperations operations,
    IBarSource bars,
    IStrategyShelf strategies,
    IModelShelf models,
    ResearchOptions options,
    TimeProvider clock
) : IResearchDesk
{
    /// <summary>The one place that live cycles hold; the store lets only one have it.</summary>
    private const string CycleSlot = "cycle-1";

    private const int LongestBrief = 4_000;

    private readonly Markets _markets = new(bars);

    /// <inheritdoc/>
    public async Task<StartOutcome> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        if (await LiveCycleAsync(cancellationToken) is { } live)
        {
            return AlreadyActive(live);
        }

        if (Unreasonable(request) is { } unreasonable)
        {
            return new StartOutcome.Refused(unreasonable);
        }

        var market = options.Provider == Providers.Scripted ? null : await MarketAsync(request, cancellationToken);
        if (market is { Refusal: { } refusal })
        {
            return new StartOutcome.Refused(refusal);
        }

        var order = new CycleOrder
        {
            Provider = options.Provider,
            Model = request.Model ?? options.Provider,
            Seed = market?.Seed ?? request.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Brief = string.IsNullOrWhiteSpace(request.Brief) ? null : request.Brief.Trim(),
            Strategy = request.Strategy,
            Symbol = market?.Symbol,
            Timeframe = market?.Timeframe,
            BypassGates = request.BypassGates,
        };
        var started = await operations.StartAsync(
            new StartRequest<CycleOrder>
            {
                Type = OperationTypes.Cycle,
                Order = order,
                Slot = CycleSlot,
                Seed = order.Seed,
                Metadata = new Dictionary<string, object?>
                {
                    ["phase"] = (order.Strategy is null ? Phase.Designing : Phase.Training).Name,
                    ["model"] = order.Model,
                    ["bypass_gates"] = order.BypassGates,
                    ["symbol"] = order.Symbol,
                    ["timeframe"] = order.Timeframe,
                    ["strategy_name"] = order.Strategy,
                },
            },
            cancellationToken
        );
        return started switch
        {
            StartResult.Started(var cycle) => new StartOutcome.Started(
                cycle,
                $"Research cycle started! Operation ID: {cycle.Id}"
            ),
            StartResult.Taken(var holder) => AlreadyActive(holder),
            _ => throw new InvalidOperationException($"A cycle that holds nothing cannot come to {started}."),
        };
    }

    /// <inheritdoc/>
    public async Task<ResearchStatus> StatusAsync(CancellationToken cancellationToken)
    {
        if (await LiveCycleAsync(cancellationToken) is not { } cycle)
        {
            var newest = await operations.ListAsync(
                new OperationQuery { Type = OperationTypes.Cycle, Limit = 1 },
                cancellationToken
            );
            return new ResearchStatus.Idle(newest.Operations.Count > 0 ? newest.Operations[0] : null);
        }

        var phase = (string?)cycle.Metadata["phase"] ?? Phase.Designing.Name;
        var key = Phase.All.First(candidate => candidate.Name == phase).MetadataKey;
        return new ResearchStatus.Active(cycle, phase, (string?)cycle.Metadata[key]);
    }

    /// <inheritdoc/>
    public Task<Budget> BudgetAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return Task.FromResult(
            new Budget
            {
                Date = today,
                DailyLimit = options.DailyBudget,
                Settled = 0,
                Reserved = 0,
                Remaining = options.DailyBudget,
                CyclesAffordable = options.DailyBudget is { } limit
                    ? (int)Math.Floor(limit / options.CycleEstimate)
                    : null,
                PerCycleMean = 0,
                ResetsAt = new DateTimeOffset(today.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
                SpendEvents = 0,
            }
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelCall>> CallsAsync(DateOnly? day, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<PricedModel> Models() => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<EstimateOutcome> EstimateAsync(TriggerRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public async Task<StartOutcome> TrainAsync(
        string strategy,
        int? seed,
        DateOnly? start,
        DateOnly? end,
        CancellationToken cancellationToken
    )
    {
        var (document, refusal) = await OpenAsync(strategy, cancellationToken);
        if (document is null)
        {
            return new StartOutcome.Refused(refusal!);
        }

        if (await _markets.MissingAsync(document, cancellationToken) is { } missing)
        {
            return new StartOutcome.Refused(missing);
        }

        var order = new TrainingOrder
        {
            StrategyName = document.Name,
            StrategyIdentity = await strategies.PutAsync(document, cancellationToken),
            Seed = document.Training.Seed ?? seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Start = start,
            End = end,
        };
        return await ByHandAsync(OperationTypes.Training, order, document, order.Seed, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StartOutcome> BacktestAsync(
        string strategy,
        string? modelPath,
        double? capital,
        Costs? costs,
        DateOnly? start,
        DateOnly? end,
        CancellationToken cancellationToken
    )
    {
        var (document, refusal) = await OpenAsync(strategy, cancellationToken);
        if (document is null)
        {
            return new StartOutcome.Refused(refusal!);
        }

        if (capital is { } money && !(money > 0 && double.IsFinite(money)))
        {
            return Refuse("invalid_request", $"A capital of {money} cannot trade.", "Name an amount above 0.");
        }

        if (await _markets.MissingAsync(document, cancellationToken) is { } missing)
        {
            return new StartOutcome.Refused(missing);
        }

        var identity = modelPath is null
            ? (await models.LatestAsync(document.Name, cancellationToken))?.Identity
            : await models.IdentityAtAsync(modelPath, cancellationToken);
        if (identity is null)
        {
            return Refuse(
                "unknown_model_version",
                modelPath is null
                    ? $"Strategy '{document.Name}' has no trained model."
                    : $"There is no model at '{modelPath}'.",
                $"Train one first: ktrdr train {document.Name}"
            );
        }

        var order = new BacktestOrder
        {
            StrategyName = document.Name,
            StrategyIdentity = await strategies.PutAsync(document, cancellationToken),
            ModelIdentity = identity,
            InitialCapital = capital ?? 100_000,
            Costs = costs,
            Start = start,
            End = end,
        };
        return await ByHandAsync(OperationTypes.Backtest, order, document, seed: null, cancellationToken);
    }

    private async Task<StartOutcome> ByHandAsync<TOrder>(
        string type,
        TOrder order,
        StrategyDocument strategy,
        int? seed,
        CancellationToken cancellationToken
    )
    {
        var started = await operations.StartAsync(
            new StartRequest<TOrder>
            {
                Type = type,
                Order = order,
                Seed = seed,
                Metadata = new Dictionary<string, object?>(OperationFacts.Of(strategy))
                {
                    ["strategy_path"] = strategies.PathOf(strategy.Name),
                },
            },
            cancellationToken
        );
        var what = type == OperationTypes.Training ? "Training" : "Backtest";
        var operation = ((StartResult.Started)started).Operation;
        return new StartOutcome.Started(operation, $"{what} started! Operation ID: {operation.Id}");
    }

    private async Task<Operation?> LiveCycleAsync(CancellationToken cancellationToken)
    {
        // In the order in which a cycle lives: one that is claimed between the two looks is seen by the second.
        foreach (var status in (OperationStatus[])[OperationStatus.Pending, OperationStatus.Running])
        {
            var page = await operations.ListAsync(
                new OperationQuery
                {
                    Type = OperationTypes.Cycle,
                    Status = status,
                    Limit = 1,
                },
                cancellationToken
            );
            if (page.Operations.Count > 0)
            {
                return page.Operations[0];
            }
        }

        return null;
    }

    private Refusal? Unreasonable(TriggerRequest request)
    {
        if (request is { Brief: not null, Strategy: not null })
        {
            return new Refusal(
                "invalid_request",
                "brief and strategy exclude each other: one asks for a design, the other brings one.",
                "Leave one of them out."
            );
        }

        if (request.Seed < 0)
        {
            return new Refusal(
                "invalid_request",
                $"A seed of {request.Seed} is below 0.",
                "Name a whole number from 0."
            );
        }

        if (request.Brief is { Length: > LongestBrief } brief)
        {
            return new Refusal(
                "invalid_request",
                $"The brief has {brief.Length} characters; {LongestBrief} is the most.",
                "Shorten it."
            );
        }

        if (options.Provider == Providers.Anthropic)
        {
            return new Refusal(
                "no_api_key",
                "AGENT_PROVIDER is anthropic, and this version cannot talk to Claude yet.",
                "Set AGENT_PROVIDER=local, or leave it out, for the built-in designer."
            );
        }

        return request.Model is null || request.Model == options.Provider
            ? null
            : new Refusal(
                "unknown_model",
                $"There is no model '{request.Model}' for the provider '{options.Provider}'.",
                $"Leave the model out, or name '{options.Provider}'."
            );
    }

    private async Task<MarketChoice> MarketAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        if (request.Strategy is not { } name)
        {
            return await _markets.ChooseAsync(request, cancellationToken);
        }

        var (document, refusal) = await OpenAsync(name, cancellationToken);
        return document is null
            ? new MarketChoice(refusal!)
            : await _markets.OfStrategyAsync(document, request, cancellationToken);
    }

    private async Task<(StrategyDocument? Document, Refusal? Refusal)> OpenAsync(
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await strategies.OpenAsync(name, cancellationToken), null);
        }
        catch (StrategyRefusedException refused)
        {
            return (
                null,
                new Refusal(
                    "invalid_strategy",
                    refused.Message,
                    "See what there is with 'ktrdr strategies list', and check one with 'ktrdr strategies validate NAME'."
                )
            );
        }
    }

    private static StartOutcome.Refused AlreadyActive(Operation live) =>
        new(
            new Refusal(
                "active_cycle_exists",
                $"A research cycle is already running: {live.Id}",
                "Watch it with 'ktrdr agent status', or stop it with 'ktrdr agent cancel'.",
                live.Id
            )
        );

    private static StartOutcome.Refused Refuse(string code, string message, string next) =>
        new(new Refusal(code, message, next));
}
