using System.Text.Json.Nodes;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Measures;

/// <summary>Many reservations at one moment against a limit that has room for few.</summary>
internal static class Reservations
{
    private const int Asking = 1_000;
    private const int Room = 33; // 33 × $0.15 = $4.95
    private const string Kind = "waiting";

    private static readonly Money s_each = Money.FromDollars(0.15m);
    private static readonly Money s_limit = Money.FromDollars(5);

    private sealed record Wait;

    private sealed record Waited;

    public static async Task<int> RunAsync(string[] arguments)
    {
        Arguments.Read(arguments);
        var cycles = await JudgeAsync("cycles begun", BeginAsync);
        var calls = await JudgeAsync("calls of one cycle", CallAsync);
        return cycles && calls ? 0 : 1;
    }

    private static async Task<bool> JudgeAsync(string what, Func<IServiceProvider, Task<Func<int, Task<bool>>>> prepare)
    {
        using var home = new TemporaryHome();
        using var host = Build(home);
        await host.StartAsync();
        var ask = await prepare(host.Services);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = Enumerable
            .Range(1, Asking)
            .Select(number =>
                Task.Run(async () =>
                {
                    await gate.Task;
                    return await ask(number);
                })
            )
            .ToArray();
        gate.SetResult();
        var admitted = (await Task.WhenAll(asked)).Count(granted => granted);
        var balance = await host
            .Services.GetRequiredService<IOperations>()
            .BalanceAsync(s_limit, CancellationToken.None);
        await host.StopAsync();

        var committed = balance.Settled + balance.Reserved;
        var overspend = committed > s_limit ? committed - s_limit : Money.Zero;
        var reached = admitted == Room && committed == s_each * Room;
        Console.WriteLine(
            $"SQLite, {what}: {Asking:#,0} concurrent reservations of {s_each} against {s_limit}: {admitted} admitted, "
                + $"{Asking - admitted} refused, {committed} held, overspend {overspend}"
                + (reached ? "" : $"  MISSED: {Room} fit")
        );
        return reached;
    }

    private static Task<Func<int, Task<bool>>> BeginAsync(IServiceProvider services)
    {
        var operations = services.GetRequiredService<IOperations>();
        return Task.FromResult<Func<int, Task<bool>>>(async _ =>
            await operations.StartAsync(
                new StartRequest<Wait>
                {
                    Type = Kind,
                    Order = new Wait(),
                    Hold = s_each,
                    DailyLimit = s_limit,
                },
                CancellationToken.None
            ) is StartResult.Started
        );
    }

    private static async Task<Func<int, Task<bool>>> CallAsync(IServiceProvider services)
    {
        await services
            .GetRequiredService<IOperations>()
            .StartAsync(new StartRequest<Wait> { Type = Kind, Order = new Wait() }, CancellationToken.None);
        var work = await services.GetRequiredService<Stage>().Entered;
        return async number =>
            await work.ReserveAsync(
                new Purchase
                {
                    Key = $"call-{number}",
                    Least = s_each,
                    Step = Money.Zero,
                    Steps = 0,
                    Limits = new SpendingLimits(s_limit, PerTree: null),
                    About = new JsonObject { ["model"] = "claude-opus-5-5" },
                },
                CancellationToken.None
            ) is Allowance.Granted;
    }

    private static IHost Build(TemporaryHome home)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<Stage>();
        builder.Services.AddOperations(options => options.DatabasePath = home.Database);
        builder.Services.AddWorker<Waiter, Wait, Waited>(Kind, Kind, "waiting_failed");
        return builder.Build();
    }

    /// <summary>Where the worker lends out its context.</summary>
    private sealed class Stage
    {
        private readonly TaskCompletionSource<IWorkContext> _entered = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<IWorkContext> Entered => _entered.Task;

        public void Enter(IWorkContext work) => _entered.TrySetResult(work);
    }

    /// <summary>Work that lives, and so holds its money, until the host stops.</summary>
    private sealed class Waiter(Stage stage) : IWorker<Wait, Waited>
    {
        public async Task<Waited> RunAsync(Wait order, IWorkContext work, CancellationToken cancellationToken)
        {
            stage.Enter(work);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new Waited();
        }
    }
}
