using System.Net;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>The research cycle: start it, look at it, stop it.</summary>
internal static class AgentEndpoints
{
    public static void MapAgent(this IEndpointRouteBuilder api)
    {
        var agent = api.MapGroup("/agent").WithTags("agent");
        agent
            .MapPost("/trigger", TriggerAsync)
            .Accepts<Client.TriggerRequest>(isOptional: true, "application/json")
            .WithSummary(
                "Starts a research cycle, unless as many are live as may be. Sent again with the same Idempotency-Key header, it answers as it did first."
            );
        agent
            .MapGet("/status", StatusAsync)
            .WithTag(ClientJson.Default.AgentStatus)
            .WithSummary("Where research stands; 304 while that is as the ETag in If-None-Match has it.");
        agent
            .MapDelete("/cancel", CancelLiveAsync)
            .WithSummary("Asks the live cycle to stop; where several are live, their ids are told instead.");
        agent.MapDelete("/cancel/{id}", OperationEndpoints.StopAsync).WithSummary("Asks a cycle to stop.");
    }

    private static async Task<Results<Accepted<TriggerResponse>, ProblemResult>> TriggerAsync(
        HttpRequest request,
        IResearchDesk desk,
        CancellationToken cancellationToken
    )
    {
        var (body, problem) = await JsonBody.ReadAsync(request, ClientJson.Default.TriggerRequest, cancellationToken);
        if (body is null)
        {
            return NotTriggered(problem!);
        }

        var (key, wrong) = IdempotencyKey.Of(request, body, ClientJson.Default.TriggerRequest);
        return wrong is null ? await StartAsync(body, key, desk, cancellationToken) : NotTriggered(wrong);
    }

    /// <summary>Starts a cycle, whoever asks.</summary>
    public static async Task<Results<Accepted<TriggerResponse>, ProblemResult>> StartAsync(
        Client.TriggerRequest body,
        StartKey? key,
        IResearchDesk desk,
        CancellationToken cancellationToken
    )
    {
        var outcome = await desk.TriggerAsync(RequestOf(body) with { Key = key }, cancellationToken);
        return outcome switch
        {
            StartOutcome.Started(var cycle, var message) => TypedResults.Accepted(
                $"/api/v1/operations/{cycle.Id}",
                new TriggerResponse
                {
                    Triggered = true,
                    OperationId = cycle.Id,
                    Model = Text(cycle, "model") ?? "",
                    Message = message,
                }
            ),
            StartOutcome.Refused(var refusal) => NotTriggered(ProblemResult.Of(refusal)),
            _ => throw new InvalidOperationException($"A trigger cannot come to {outcome}."),
        };
    }

    public static async Task<Ok<AgentStatus>> StatusAsync(IResearchDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(ViewOf(await desk.StatusAsync(cancellationToken)));

    /// <summary>Where research stands, as it is told.</summary>
    public static AgentStatus ViewOf(ResearchStatus status) =>
        status switch
        {
            ResearchStatus.Active active => new ActiveAgent
            {
                Phase = active.Newest.Phase,
                OperationId = active.Newest.Cycle.Id,
                ChildOperationId = active.Newest.ChildId,
                Progress = OperationViews.Of(active.Newest.Cycle.Progress),
                StrategyName = Text(active.Newest.Cycle, "strategy_name"),
                StartedAt = active.Newest.Cycle.StartedAt,
                ActiveCycles = active.Cycles.Count > 1 ? [.. active.Cycles.Select(ViewOf)] : null,
            },
            ResearchStatus.Idle(var last) => new IdleAgent
            {
                Phase = "idle",
                LastCycle = last is null
                    ? null
                    : new LastCycleView
                    {
                        OperationId = last.Id,
                        Outcome = OperationViews.NameOf(last.Status),
                        StrategyName = Text(last, "strategy_name"),
                        CompletedAt = last.CompletedAt,
                    },
            },
            var other => throw new InvalidOperationException($"Research cannot stand at {other}."),
        };

    public static async Task<Results<Ok<CancelResponse>, ProblemResult>> CancelLiveAsync(
        IResearchDesk desk,
        IOperations operations,
        CancellationToken cancellationToken
    ) =>
        await desk.StatusAsync(cancellationToken) switch
        {
            ResearchStatus.Active { Cycles: [var only] } => await OperationEndpoints.StopAsync(
                only.Cycle.Id,
                operations,
                cancellationToken
            ),
            ResearchStatus.Active several => SeveralActiveCycles(several.Cycles.Select(live => live.Cycle.Id)),
            _ => NoActiveCycle,
        };

    public static ProblemResult SeveralActiveCycles(IEnumerable<string> ids) =>
        ProblemResult.Of(
            HttpStatusCode.Conflict,
            "several_active_cycles",
            $"Several research cycles are running, and nobody said which: {string.Join(", ", ids)}.",
            "Name the one to stop: ktrdr agent cancel ID (DELETE /api/v1/agent/cancel/{id})."
        );

    public static ProblemResult NoActiveCycle =>
        ProblemResult.Of(
            HttpStatusCode.NotFound,
            "no_active_cycle",
            "No research cycle is running.",
            "Start one with 'ktrdr agent trigger' (POST /api/v1/agent/trigger)."
        );

    /// <summary>What the wire asks for, as research understands it.</summary>
    public static Research.TriggerRequest RequestOf(Client.TriggerRequest body) =>
        new()
        {
            Model = body.Model,
            Brief = body.Brief,
            Strategy = body.Strategy,
            Seed = body.Seed,
            Symbol = body.Symbol,
            Timeframe = body.Timeframe,
            BypassGates = body.BypassGates,
            Named = body.Named,
        };

    private static ActiveCycleView ViewOf(LiveCycle live) =>
        new()
        {
            OperationId = live.Cycle.Id,
            Phase = live.Phase,
            StrategyName = Text(live.Cycle, "strategy_name"),
            StartedAt = live.Cycle.StartedAt,
        };

    private static ProblemResult NotTriggered(ProblemResult refused) =>
        new(
            refused.Problem with
            {
                Triggered = false,
                Reason = refused.Problem.Code == "active_cycle_exists" ? "cycle_in_progress" : refused.Problem.Code,
            }
        );

    private static string? Text(Operation operation, string fact) => (string?)operation.Metadata[fact];
}
