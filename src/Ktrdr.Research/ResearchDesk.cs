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
    ILanguageModels languageModels,
    ResearchOptions options
) : IResearchDesk
{
    /// <summary>Where live cycles have their places; the store lets no more in than there are.</summary>
    internal const string CycleSlot = "cycle";

    private readonly Markets _markets = new(bars);
    private readonly CycleRequests _requests = new(bars, strategies, languageModels, options);
    private readonly Bill _bill = new(operations, options);
    private readonly FollowUps _followUps = new(operations, languageModels, options);
    private readonly Turns _starts = new();

    /// <inheritdoc/>
    public async Task<StartOutcome> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        if (await AnsweredAsync(request, cancellationToken) is { } known)
        {
            return known;
        }

        // Whoever comes while a cycle is being started waits to see it, rather than try for the same place.
        if (!_starts.TryTake(out var over))
        {
            await over.WaitAsync(cancellationToken);
            return await AnsweredAsync(request, cancellationToken) ?? await StartAsync(request, cancellationToken);
        }

        try
        {
            return await StartAsync(request, cancellationToken);
        }
        finally
        {
            _starts.GiveBack();
        }
    }

    /// <summary>What a trigger comes to by what is on record, or null where it would have to start something.</summary>
    private async Task<StartOutcome?> AnsweredAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        // In this order: a cycle that is seen live was recorded with its key, so whoever repeats its request finds that too.
        var live = await ResearchStatus.LiveCyclesAsync(operations, cancellationToken);
        if (request.Key is { } key && await operations.StartedUnderAsync(key, cancellationToken) is { } earlier)
        {
            return OutcomeOf(earlier);
        }

        return live.Count >= options.MostCycles ? FollowUps.AlreadyActive(live[0], options.MostCycles) : null;
    }

    private async Task<StartOutcome> StartAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        var (order, refusal) = await _requests.OrderAsync(request, cancellationToken);
        if (order is null)
        {
            return new StartOutcome.Refused(refusal!);
        }

        if (order.Strategy is { } name)
        {
            // Kept now: the cycle may run where there is no such file, and a later edit is not what was asked for.
            (var document, refusal) = await OpenedStrategy.OfAsync(strategies, name, cancellationToken);
            if (document is null)
            {
                return new StartOutcome.Refused(refusal!);
            }

            order = order with { StrategyIdentity = await strategies.PutAsync(document, cancellationToken) };
        }

        var started = await operations.StartAsync(
            new StartRequest<CycleOrder>
            {
                Type = OperationTypes.Cycle,
                Order = order,
                Slot = CycleSlot,
                Places = options.MostCycles,
                Key = request.Key,
                Seed = order.Seed,
                Hold = _bill.HoldFor(order.Provider),
                DailyLimit = _bill.DailyLimit,
                Metadata = OperationFacts.Of(order),
            },
            cancellationToken
        );
        return OutcomeOf(started);
    }

    /// <inheritdoc/>
    public Task<ResearchStatus> StatusAsync(CancellationToken cancellationToken) =>
        ResearchStatus.ReadAsync(operations, cancellationToken);

    /// <inheritdoc/>
    public Task<Budget> BudgetAsync(CancellationToken cancellationToken) => _bill.BudgetAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelCall>> CallsAsync(DateOnly? day, CancellationToken cancellationToken) =>
        _bill.CallsAsync(day, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<PricedModel> Models() => languageModels.List();

    /// <inheritdoc/>
    public async Task<EstimateOutcome> EstimateAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        var found = new BarsForAnEstimate(bars);
        var requests = new CycleRequests(found, strategies, languageModels, options);
        var (order, refusal) = await requests.OrderAsync(request, cancellationToken);
        if (order is null)
        {
            return new EstimateOutcome.Refused(refusal!);
        }

        return new EstimateOutcome.Estimated(
            order.Provider == Providers.Anthropic
                ? await languageModels.EstimateAsync(
                    await new DesignBriefs(found, operations).MakeAsync(DesignOrder.Of(order), cancellationToken),
                    cancellationToken
                )
                : CycleEstimate.Nothing(order.Model)
        );
    }

    /// <inheritdoc/>
    public async Task<StartOutcome> TrainAsync(
        string strategy,
        int? seed,
        DateOnly? start,
        DateOnly? end,
        CancellationToken cancellationToken
    )
    {
        var (document, refusal) = await OpenedStrategy.OfAsync(strategies, strategy, cancellationToken);
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
        var (document, refusal) = await OpenedStrategy.OfAsync(strategies, strategy, cancellationToken);
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

    /// <inheritdoc/>
    public Task<StartOutcome> ResumeAsync(string operationId, CancellationToken cancellationToken) =>
        _followUps.ResumeAsync(operationId, cancellationToken);

    /// <inheritdoc/>
    public Task<StartOutcome> RetryAsync(string operationId, CancellationToken cancellationToken) =>
        _followUps.RetryAsync(operationId, cancellationToken);

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

    private StartOutcome OutcomeOf(StartResult result) =>
        result switch
        {
            StartResult.Started(var cycle) => Started(cycle),
            StartResult.Repeated(var cycle) => Started(cycle),
            StartResult.KeyReused(var cycle) => new StartOutcome.Refused(
                new Refusal(
                    "idempotency_key_reused",
                    $"The idempotency key stands for another request, which started {cycle.Id}.",
                    "Repeat that request as it was, or draw a new key for this one.",
                    cycle.Id
                )
            ),
            StartResult.Taken(var holder) => FollowUps.AlreadyActive(holder, options.MostCycles),
            StartResult.Exhausted(var balance) => new StartOutcome.Refused(_bill.Exhausted(balance)),
            _ => throw new InvalidOperationException($"Starting a cycle cannot come to {result}."),
        };

    private static StartOutcome.Started Started(Operation cycle) =>
        new(cycle, $"Research cycle started! Operation ID: {cycle.Id}");

    private static StartOutcome.Refused Refuse(string code, string message, string next) =>
        new(new Refusal(code, message, next));
}
