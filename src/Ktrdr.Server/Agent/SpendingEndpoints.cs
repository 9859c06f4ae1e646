using System.Globalization;
using Ktrdr.Client;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>What language models cost: before a cycle, today, call by call, and by the price list.</summary>
internal static class SpendingEndpoints
{
    private const string DayFormat = "yyyy-MM-dd";

    public static void MapSpending(this IEndpointRouteBuilder api)
    {
        var agent = api.MapGroup("/agent").WithTags("agent");
        agent
            .MapPost("/estimate", EstimateRequestedAsync)
            .Accepts<Client.TriggerRequest>(isOptional: true, "application/json")
            .WithSummary("What a cycle would cost. Starts nothing and spends nothing.");
        agent.MapGet("/budget", BudgetAsync).WithSummary("What is spent on language models.");
        agent
            .MapGet("/budget/calls", CallsAsync)
            .WithQuery("day", "cycle")
            .WithSummary("Purchases from language models, newest first: of a UTC day, of a cycle, or all.");
        api.MapGet("/models", Models).WithTags("models").WithSummary("The language models and their prices today.");
    }

    private static async Task<Results<Ok<EstimateView>, ProblemResult>> EstimateRequestedAsync(
        HttpRequest request,
        IResearchDesk desk,
        ResearchOptions options,
        CancellationToken cancellationToken
    )
    {
        var (body, problem) = await JsonBody.ReadAsync(request, ClientJson.Default.TriggerRequest, cancellationToken);
        return body is null ? problem! : await EstimateAsync(body, desk, options, cancellationToken);
    }

    public static async Task<Results<Ok<EstimateView>, ProblemResult>> EstimateAsync(
        Client.TriggerRequest body,
        IResearchDesk desk,
        ResearchOptions options,
        CancellationToken cancellationToken
    )
    {
        var outcome = await desk.EstimateAsync(AgentEndpoints.RequestOf(body), cancellationToken);
        if (outcome is not EstimateOutcome.Estimated(var estimate))
        {
            return ProblemResult.Of(((EstimateOutcome.Refused)outcome).Refusal);
        }

        var left = (await desk.BudgetAsync(cancellationToken)).Remaining;
        var hold = estimate.CountedBy == "none" ? 0 : options.CycleEstimate;
        return TypedResults.Ok(
            new EstimateView
            {
                Model = estimate.Model,
                DesignTokens = estimate.DesignTokens,
                AssessmentTokens = estimate.AssessmentTokens,
                CountedBy = estimate.CountedBy,
                OneRoundDollars = estimate.OneRound.Dollars,
                MostDollars = estimate.Most.Dollars,
                CycleEstimate = hold,
                Remaining = left,
                Affordable = left is not { } most || hold <= most,
            }
        );
    }

    public static async Task<Ok<BudgetView>> BudgetAsync(IResearchDesk desk, CancellationToken cancellationToken)
    {
        var budget = await desk.BudgetAsync(cancellationToken);
        return TypedResults.Ok(
            new BudgetView
            {
                Date = budget.Date,
                DailyLimit = budget.DailyLimit,
                Settled = budget.Settled,
                Reserved = budget.Reserved,
                Remaining = budget.Remaining,
                CyclesAffordable = budget.CyclesAffordable,
                PerCycleMean = budget.PerCycleMean,
                ResetsAt = budget.ResetsAt,
                SpendEvents = budget.SpendEvents,
            }
        );
    }

    public static async Task<Results<Ok<Many<CallView>>, ProblemResult>> CallsAsync(
        string? day,
        string? cycle,
        IResearchDesk desk,
        CancellationToken cancellationToken
    )
    {
        DateOnly? wanted = null;
        if (day is not null)
        {
            if (
                !DateOnly.TryParseExact(
                    day,
                    DayFormat,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var parsed
                )
            )
            {
                return ProblemResult.Invalid("invalid_value", $"day is '{day}'.", "Write a UTC day as 2026-12-31.");
            }

            wanted = parsed;
        }

        var calls = (await desk.CallsAsync(wanted, cancellationToken))
            .Where(call => cycle is null || call.CycleId == cycle)
            .Select(Of)
            .ToList();
        return TypedResults.Ok(
            new Many<CallView>
            {
                Success = true,
                Data = calls,
                TotalCount = calls.Count,
                ActiveCount = calls.Count(call => call.Outcome == "open"),
            }
        );
    }

    public static Ok<Many<ModelView>> Models(IResearchDesk desk)
    {
        var models = desk.Models();
        return TypedResults.Ok(
            new Many<ModelView>
            {
                Success = true,
                Data = [.. models.Select(Of)],
                TotalCount = models.Count,
                ActiveCount = 0,
            }
        );
    }

    private static CallView Of(ModelCall call) =>
        new()
        {
            OperationId = call.OperationId,
            CycleId = call.CycleId,
            At = call.At,
            Phase = call.Phase,
            Model = call.Model,
            Outcome = call.Outcome,
            Reserved = call.Reserved.Dollars,
            Settled = call.Settled?.Dollars,
            InputTokens = call.InputTokens,
            OutputTokens = call.OutputTokens,
            CacheReadTokens = call.CacheReadTokens,
            CacheWriteTokens = call.CacheWriteTokens,
        };

    private static ModelView Of(PricedModel model) =>
        new()
        {
            Id = model.Id,
            Aliases = model.Aliases,
            Default = model.Default,
            Effective = model.Effective,
            Bands =
            [
                .. model.Bands.Select(band => new PriceBandView
                {
                    UpToPromptTokens = band.UpToPromptTokens,
                    Input = band.Input,
                    Output = band.Output,
                    CacheWrite5Minutes = band.CacheWrite5Minutes,
                    CacheWrite1Hour = band.CacheWrite1Hour,
                    CacheRead = band.CacheRead,
                }),
            ],
        };
}
