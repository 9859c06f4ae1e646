using Ktrdr.Client;

namespace Ktrdr.System.Tests;

/// <summary>What a server answers of itself by its API: the other source for what a panel shows.</summary>
/// <param name="Operations">Every operation.</param>
/// <param name="Calls">Every purchase from a language model.</param>
/// <param name="Budget">The day's money.</param>
/// <param name="Workers">Who works.</param>
/// <param name="Version">Which version it is.</param>
/// <param name="Names">What Prometheus calls it.</param>
internal sealed record Record(
    IReadOnlyList<OperationView> Operations,
    IReadOnlyList<CallView> Calls,
    BudgetView Budget,
    IReadOnlyList<WorkerView> Workers,
    string Version,
    IReadOnlyList<string> Names
)
{
    private static readonly Dictionary<string, string> s_phases = new()
    {
        ["designing"] = "agent_design",
        ["training"] = "training",
        ["backtesting"] = "backtesting",
        ["assessing"] = "agent_assessment",
    };

    /// <summary>The phases, in order.</summary>
    public static IEnumerable<string> Phases => s_phases.Keys;

    /// <summary>Asks for all of it.</summary>
    public static async Task<Record> OfAsync(Server server) =>
        new(
            (await server.Client.ListOperationsAsync(new(Limit: 1_000), server.Patience)).Data,
            (await server.Client.CallsAsync(new(), server.Patience)).Data,
            await server.Client.BudgetAsync(server.Patience),
            await server.Client.WorkersAsync(server.Patience),
            (await server.Client.LiveAsync(server.Patience)).Version,
            [$"127.0.0.1:{server.Url.Port}", $"localhost:{server.Url.Port}"]
        );

    /// <summary>How long every cycle took, in seconds.</summary>
    public IEnumerable<double> Cycles => Durations("agent_research");

    /// <summary>How long every run of a phase took, in seconds.</summary>
    public IEnumerable<double> Phase(string name) => Durations(s_phases[name]);

    /// <summary>A figure of every report of a training or a backtest that has it.</summary>
    public IEnumerable<double> Figure(string type, string name) =>
        Operations
            .Where(operation => operation.OperationType == type && operation.Status == "completed")
            .Select(operation => operation.ResultSummary!.Value.GetProperty(name).GetDouble());

    private IEnumerable<double> Durations(string type) =>
        Operations
            .Where(operation => operation.OperationType == type && operation.StartedAt is not null)
            .Select(operation => operation.DurationSeconds!.Value);
}
