using System.Diagnostics.Metrics;
using Ktrdr.Operations;
using Ktrdr.Research;
using Observed = System.Diagnostics.Metrics.Measurement<double>;

namespace Ktrdr.Server;

/// <summary>How things stand, observed whenever somebody collects. What the store says is as it was at the latest look, and says
/// nothing where that failed.</summary>
internal sealed class Gauges
{
    private readonly Looks _looks;
    private readonly Meter _meter;

    public Gauges(Instruments instruments, Looks looks, OperationsOptions operations, ResearchOptions research)
    {
        (_looks, _meter) = (looks, instruments.Meter);
        AddMoney();
        AddWork();
        AddWorkers();
        AddRecords();
        AddProcess(operations, research);
    }

    private void AddMoney()
    {
        Dollars("limit", "The most that may be spent on language models today; absent when unlimited.", b => b.Limit);
        Dollars("settled", "What language models cost today.", balance => balance.Settled);
        Dollars("reserved", "What is held back of today's budget.", balance => balance.Reserved);
        Dollars("remaining", "What is left of today's budget; absent when unlimited.", balance => balance.Left);
        Gauge(
            "agent_budget_day_timestamp_seconds",
            "s",
            "The beginning of the UTC day that the budget is of.",
            now => [new(StartOf(now.Balance.Day))]
        );

        void Dollars(string name, string description, Func<Balance, Money?> amount) =>
            Gauge(
                $"agent_budget_{name}_dollars",
                "{dollar}",
                description,
                now => amount(now.Balance) is { } money ? [new((double)money.Dollars)] : []
            );
    }

    private void AddWork()
    {
        Gauge(
            "agent_phase_active",
            "{cycle}",
            "Live cycles by the phase they are in.",
            now =>
                Labels.Phases.Select(phase => new Observed(
                    Count(now, live => live.Type == OperationTypes.Cycle && live.Fact == phase),
                    new KeyValuePair<string, object?>("phase", phase)
                ))
        );
        Gauge(
            "ktrdr_operations_active",
            "{operation}",
            "Live operations.",
            now =>
                from type in Labels.Types
                from status in Labels.LiveStatuses
                select new Observed(
                    Count(now, live => live.Type == type && OperationViews.NameOf(live.Status) == status),
                    new("operation_type", type),
                    new KeyValuePair<string, object?>("status", status)
                )
        );
        ByRole(
            "ktrdr_operations_waiting",
            "{operation}",
            "Operations that wait for somebody to begin them.",
            (now, role) => Count(now, live => live.Role == role && live.Status == OperationStatus.Pending)
        );
    }

    private void AddWorkers()
    {
        ByRole(
            "ktrdr_workers_capacity",
            "{operation}",
            "How many operations can run at once.",
            (now, role) => Roles(now, role).Sum(one => one.Capacity)
        );
        ByRole(
            "ktrdr_workers_busy",
            "{operation}",
            "How many operations run.",
            (now, role) => Roles(now, role).Sum(one => one.Running)
        );
        Gauge("ktrdr_workers_nodes", "{process}", "Processes that work.", now => [new(now.Nodes.Count)]);
        Gauge(
            "ktrdr_check_in_age_seconds",
            "s",
            "How long the process that was not heard of for the longest has been silent.",
            now => [new(now.LongestSilence.TotalSeconds)]
        );

        static IEnumerable<NodeRole> Roles(Standing now, string role) =>
            now.Nodes.SelectMany(node => node.Roles).Where(one => one.Role == role);
    }

    private void AddRecords()
    {
        Total("recoveries", "{attempt}", "Attempts put back because their process was gone.", now => now.Recoveries);
        Total("takeovers", "{attempt}", "Of these, how many another home went on with.", now => now.Takeovers);
        Total("refused_writes", "{write}", "Writes of overtaken attempts, refused.", now => now.RefusedWrites);
        Gauge("ktrdr_database_size_bytes", "By", "Room that the records take.", now => [new(now.DatabaseBytes)]);

        void Total(string name, string unit, string description, Func<Standing, long> count) =>
            _meter.CreateObservableCounter(
                $"ktrdr_{name}_total",
                () => Latest(now => [new(count(now))]),
                unit,
                description
            );
    }

    private void AddProcess(OperationsOptions operations, ResearchOptions research)
    {
        var store = operations.DatabaseUrl is null ? "sqlite" : "postgresql";
        _meter.CreateObservableGauge(
            "ktrdr_database_up",
            () => _looks.Latest is null ? 0.0 : 1,
            unit: null,
            "Whether the store answered this process in time."
        );
        _meter.CreateObservableGauge(
            "ktrdr_build_info",
            () => new Observed(1, new("version", HealthEndpoints.Version), new("store", store)),
            unit: null,
            "What runs, always 1."
        );
        _meter.CreateObservableGauge(
            "agent_gate_bound",
            () =>
                Bounds(research)
                    .Select(bound =>
                    {
                        var (gate, check) = Labels.Checks[bound.Check];
                        return new Observed(bound.Value, new("gate", gate), new("check", check));
                    }),
            unit: null,
            "The bounds that this process judges by."
        );
    }

    private static (string Check, double Value)[] Bounds(ResearchOptions research) =>
        [
            ("accuracy", research.TrainingGate.MinimumAccuracy),
            ("loss", research.TrainingGate.MaximumLoss),
            ("loss_decrease", research.TrainingGate.MinimumLossDecrease),
            ("win_rate", research.BacktestGate.MinimumWinRate),
            ("drawdown", research.BacktestGate.MaximumDrawdown),
            ("sharpe", research.BacktestGate.MinimumSharpe),
        ];

    private void ByRole(string name, string unit, string description, Func<Standing, string, double> value) =>
        Gauge(
            name,
            unit,
            description,
            now =>
                Labels.Roles.Select(role => new Observed(
                    value(now, role),
                    new KeyValuePair<string, object?>("role", role)
                ))
        );

    private void Gauge(string name, string unit, string description, Func<Standing, IEnumerable<Observed>> observe) =>
        _meter.CreateObservableGauge(name, () => Latest(observe), unit, description);

    private IEnumerable<Observed> Latest(Func<Standing, IEnumerable<Observed>> observe) =>
        _looks.Latest is { } now ? observe(now) : [];

    private static int Count(Standing now, Func<LiveCount, bool> which) => now.Live.Where(which).Sum(one => one.Count);

    private static double StartOf(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
}
