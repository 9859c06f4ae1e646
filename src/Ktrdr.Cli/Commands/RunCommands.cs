using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr train</c> and <c>ktrdr backtest</c>: one strategy by hand.</summary>
internal static class RunCommands
{
    /// <summary>Training by hand.</summary>
    public static Command Train(Shell shell)
    {
        var strategy = Strategy();
        var seed = Shell.Whole("--seed", "The seed that decides it; drawn and recorded when left out.", 0);
        var (start, end) = (
            Shell.Day("--start", "First day learned from; narrows the learning window."),
            Shell.Day("--end", "Last day learned from; narrows the learning window.")
        );
        var follow = Follow.Option();
        return shell.Define(
            new Command(
                "train",
                "Train one strategy of the home. Without a server it runs in this process, which stays to the end."
            )
            {
                strategy,
                seed,
                start,
                end,
                follow,
            },
            (call, cancellationToken) =>
                StartAsync(
                    call,
                    (client, token) =>
                        client.TrainAsync(
                            new TrainingRequest
                            {
                                Strategy = call.Value(strategy),
                                Seed = call.Value(seed),
                                StartDate = call.Value(start),
                                EndDate = call.Value(end),
                            },
                            token
                        ),
                    call.Value(follow),
                    cancellationToken
                ),
            "ktrdr train my_idea --seed 1 --follow",
            "ktrdr train my_idea --start 2010-01-01 --end 2013-12-31"
        );
    }

    /// <summary>A backtest by hand.</summary>
    public static Command Backtest(Shell shell)
    {
        var strategy = Strategy();
        var model = new Option<string?>("--model-path")
        {
            Description = "A model's folder, relative to the home; the newest when left out.",
            HelpName = "PATH",
        };
        var capital = Shell.Positive("--capital", "Money at the start (default 100000).", "AMOUNT");
        var (start, end) = (
            Shell.Day("--start", "First day traded; narrows the selection window."),
            Shell.Day("--end", "Last day traded; narrows the selection window.")
        );
        var follow = Follow.Option();
        return shell.Define(
            new Command(
                "backtest",
                "Backtest one strategy of the home on bars its model has not seen. "
                    + "Without a server it runs in this process, which stays to the end."
            )
            {
                strategy,
                model,
                capital,
                start,
                end,
                follow,
            },
            (call, cancellationToken) =>
                StartAsync(
                    call,
                    (client, token) =>
                        client.BacktestAsync(
                            new BacktestRequest
                            {
                                Strategy = call.Value(strategy),
                                ModelPath = call.Value(model),
                                InitialCapital = call.Value(capital),
                                StartDate = call.Value(start),
                                EndDate = call.Value(end),
                            },
                            token
                        ),
                    call.Value(follow),
                    cancellationToken
                ),
            "ktrdr backtest my_idea --follow",
            "ktrdr backtest my_idea --model-path models/my_idea/1h_v1 --capital 50000"
        );
    }

    private static Argument<string> Strategy() =>
        new("STRATEGY") { Description = "The name of a strategy of the home." };

    /// <summary>Starts work, and stays with it where it is followed or runs in this process.</summary>
    public static async Task<int> StartAsync(
        Call call,
        Func<IKtrdrClient, CancellationToken, Task<StartResponse>> start,
        bool follow,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Connection.ForWorkAsync(call, cancellationToken);
        var started = await start(connection.Client, cancellationToken);
        if (!follow && !connection.Hosted)
        {
            call.Answer(started, json => json.StartResponse, answer => [Words.Plain(answer.Message)]);
            return Exit.Done;
        }

        call.Say(Words.Plain(started.Message));
        return await Following.ToTheEndAsync(connection, started.OperationId, call, cancellationToken);
    }
}
