using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>Looking costs nothing: whatever is asked about, nobody asks the model server.</summary>
internal static class Requests
{
    private const int AtOnce = 8;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = Arguments.Read(arguments, "count").Number("count", 10_000);
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Cycle(small: true);
        using var home = new TemporaryHome();
        await using var served = await ServedHome.StartAsync(claude, home.Folder);
        var cycle = await served.CompletedAsync(new TriggerRequest { Seed = 1, BypassGates = true });
        var asked = claude.Requests.Count;

        Func<CancellationToken, Task>[] looks =
        [
            served.Client.AgentStatusAsync,
            served.Client.BudgetAsync,
            stop => served.Client.CallsAsync(new CallFilter(), stop),
            served.Client.ModelsAsync,
            stop => served.Client.ListOperationsAsync(new OperationFilter(), stop),
            stop => served.Client.GetOperationAsync(cycle.OperationId, stop),
            stop => served.Client.ChildrenAsync(cycle.OperationId, stop),
            stop => served.Client.ExchangesAsync(cycle.OperationId, stop),
        ];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (number, stop) => await looks[number % looks.Length](stop)
        );

        var more = claude.Requests.Count - asked;
        return Measurements.Say(
            more == 0,
            $"{count:#,0} status, budget, calls, models and operations requests: {more} requests at the model server"
        );
    }
}
