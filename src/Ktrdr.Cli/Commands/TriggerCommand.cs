using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr agent trigger</c>: starts a cycle, or says what one would cost.</summary>
internal static class TriggerCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var follow = Follow.Option();
        var cycle = new CycleOptions("The seed that decides the cycle; drawn and recorded when left out.");
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Say what the cycle would cost at most; start nothing, spend nothing.",
        };

        var command = new Command(
            "trigger",
            "Start one research cycle and print its id. Without a server the cycle runs in this process, which stays to the end. "
                + "Exit codes: 0 started or completed, 3 cancelled, 4 no API key, "
                + "5 failed by a fault, 6 turned away by a gate, 7 budget exhausted."
        )
        {
            follow,
            dryRun,
        };
        cycle.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(follow))
            {
                result.AddError("--dry-run and --follow exclude each other: a dry run starts nothing to follow.");
            }
        });
        return shell.Define(
            command,
            async (call, cancellationToken) =>
            {
                var request = cycle.RequestOf(call);
                if (call.Value(dryRun))
                {
                    return await EstimateAsync(call, request, cancellationToken);
                }

                await using var connection = await Connection.ForWorkAsync(call, cancellationToken);
                return await StartAsync(call, connection, request, call.Value(follow), cancellationToken);
            },
            "ktrdr agent trigger --follow",
            "ktrdr agent trigger --symbol EURUSD --timeframe 1h --seed 1 -f",
            "ktrdr agent trigger --strategy my_idea --bypass-gates",
            "ktrdr agent trigger --model sonnet --brief 'mean reversion after a shock' --dry-run"
        );
    }

    private static async Task<int> EstimateAsync(Call call, TriggerRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
        var estimate = await connection.Client.EstimateAsync(request, cancellationToken);
        call.Answer(estimate, json => json.EstimateView, Sentences);
        return Exit.Done;
    }

    private static IEnumerable<string> Sentences(EstimateView estimate) =>
        estimate.CountedBy == "none"
            ? [$"No language model takes part in a cycle of '{Words.Plain(estimate.Model)}': it costs nothing."]
            : Figures(estimate);

    private static IEnumerable<string> Figures(EstimateView estimate) =>
        Columns
            .Facts(
                ("Model", estimate.Model),
                ("Design prompt", $"{Words.Count(estimate.DesignTokens)} tokens"),
                ("Assessment prompt", $"{Words.Count(estimate.AssessmentTokens)} tokens"),
                (
                    "Counted by",
                    estimate.CountedBy == "provider" ? "the provider" : "UTF-8 bytes divided by four; nobody counted"
                ),
                ("One round of each", $"{Words.Dollars(estimate.OneRoundDollars)} at most"),
                ("The whole cycle", $"{Words.Dollars(estimate.MostDollars)} at most"),
                ("Held back at start", Words.Dollars(estimate.CycleEstimate)),
                ("Left today", Words.Dollars(estimate.Remaining))
            )
            .Append(
                estimate.Affordable
                    ? "Nothing was started and nothing was spent."
                    : "Nothing was started and nothing was spent. A trigger would be refused: too little is left today."
            );

    private static async Task<int> StartAsync(
        Call call,
        Connection connection,
        TriggerRequest request,
        bool follow,
        CancellationToken cancellationToken
    )
    {
        TriggerResponse started;
        try
        {
            started = await connection.Client.TriggerAsync(request, cancellationToken);
        }
        catch (KtrdrApiException refusal)
            when (connection.Hosted && refusal.Problem is { Code: "active_cycle_exists", OperationId: { } })
        {
            return await FinishEarlierAsync(call, connection, refusal, cancellationToken);
        }

        if (!follow && !connection.Hosted)
        {
            call.Answer(
                started,
                json => json.TriggerResponse,
                answer => [Words.Plain(answer.Message), $"Model: {Words.Plain(answer.Model)}"]
            );
            return Exit.Done;
        }

        call.Say(Words.Plain(started.Message));
        return await Following.ToTheEndAsync(connection, started.OperationId, call, cancellationToken);
    }

    // This process hosts the home, so the cycle that an earlier process left is running here: leaving would stop it again.
    private static async Task<int> FinishEarlierAsync(
        Call call,
        Connection connection,
        KtrdrApiException refusal,
        CancellationToken cancellationToken
    )
    {
        var earlier = refusal.Problem.OperationId!;
        call.Note($"The cycle {earlier} of an earlier process had not ended; this process goes on with it first.");
        await Following.ToTheEndAsync(connection, earlier, call.Quietly(), cancellationToken);
        throw new Complaint(
            Exit.Error,
            $"No new cycle was started: {refusal.Message}",
            $"{earlier} has now ended; run the command again.",
            refusal
        )
        {
            Code = "active_cycle_exists",
            OperationId = earlier,
        };
    }
}
