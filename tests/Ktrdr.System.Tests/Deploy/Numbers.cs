using Ktrdr.Loopback;

namespace Ktrdr.System.Tests;

/// <summary>What each panel must show after the known cycles. The counts were written down before they ran; dollars are the
/// provider's, durations and figures those that the API tells of each operation.</summary>
internal sealed class Numbers
{
    private const double NanoDollars = 1e9;
    private const double Limit = 5;

    // The API tells durations in whole milliseconds.
    private const double Millisecond = 0.001;
    private readonly Dictionary<string, Expected> _panels = [];
    private readonly Record _record;
    private readonly Buckets _buckets;
    private readonly Bill _bill;

    private Numbers(Witnessed witnessed, Buckets buckets)
    {
        (_record, _bill, _buckets) = (witnessed.Record, witnessed.Bill, buckets);
        AddCycles();
        AddGates();
        AddDurations();
        AddMoney();
        AddWork();
    }

    /// <summary>By the panels' titles.</summary>
    public static async Task<IReadOnlyDictionary<string, Expected>> OfAsync(Witnessed witnessed) =>
        new Numbers(witnessed, await Buckets.OfAsync(witnessed.After))._panels;

    private void AddCycles()
    {
        Panel("Total Cycles").And("cycles", 6);
        Panel("Completed").And("completed", 3);
        Panel("Turned Away").And("turned away", 2);
        Panel("Failed").And("failed", 0);
        Panel("Cancelled").And("cancelled", 1);
        Panel("Success Rate").And("completed", 0.5);
        Panel("Alerts Firing").And("firing", 0);
        Each(Panel("Active Phase"), Record.Phases, "", 0);
        foreach (var panel in (string[])["Cycle Outcomes", "Cycles per Hour"])
        {
            Panel(panel).And("completed", 3).And("refused", 2).And("failed", 0).And("cancelled", 1);
        }

        Panel("Cycle Funnel")
            .And("1 designed", 5)
            .And("2 trained", 5)
            .And("3 passed the training gate", 4)
            .And("4 backtested", 4)
            .And("5 passed the backtest gate", 3)
            .And("6 assessed", 3);
        Panel("Operations per Hour", others: 0)
            .And("agent_research completed", 3)
            .And("agent_research failed", 2)
            .And("agent_research cancelled", 1)
            .And("agent_design completed", 5)
            .And("agent_design cancelled", 1)
            .And("training completed", 5)
            .And("backtesting completed", 4)
            .And("agent_assessment completed", 3);
    }

    private void AddGates()
    {
        Panel("Gate Results", others: 0)
            .And("training pass", 4)
            .And("training fail", 1)
            .And("backtest pass", 3)
            .And("backtest fail", 1);
        Panel("Training Gate Pass Rate").And("passed", 4.0 / 5);
        Panel("Backtest Gate Pass Rate").And("passed", 3.0 / 4);
        foreach (var (check, values, bound) in Checks())
        {
            var panel = Panel($"Gate Values: {check}").And("bound", bound);
            Quantile(panel, "a quarter is below", "agent_gate_value", 0.25, values);
            Quantile(panel, "median", "agent_gate_value", 0.5, values);
            Quantile(panel, "three quarters are below", "agent_gate_value", 0.75, values);
        }
    }

    private void AddDurations()
    {
        const string Cycle = "agent_cycle_duration_seconds";
        const string Phase = "agent_phase_duration_seconds";
        Mean(Panel("Average Cycle Duration"), "mean", _record.Cycles);
        Duration(Panel("Median Cycle Duration"), "median", Cycle, 0.5, _record.Cycles);
        var cycles = Panel("Cycle Durations");
        Duration(cycles, "median", Cycle, 0.5, _record.Cycles);
        Duration(cycles, "nine in ten", Cycle, 0.9, _record.Cycles);
        Duration(cycles, "99 in 100", Cycle, 0.99, _record.Cycles);
        var phases = Panel("Phase Durations");
        var breakdown = Panel("Phase Duration Breakdown");
        foreach (var phase in Record.Phases)
        {
            Mean(breakdown, phase, _record.Phase(phase));
            Duration(phases, $"{phase}, median", Phase, 0.5, _record.Phase(phase));
            Duration(phases, $"{phase}, nine in ten", Phase, 0.9, _record.Phase(phase));
        }

        var beyond = Checks().Sum(check => check.Values.Count(value => value > _buckets.Largest("agent_gate_value")));
        Panel("Beyond the Buckets")
            .And("cycles", 0)
            .And("model requests", 0)
            .And("dollars", 0)
            .And("gate values", beyond);
    }

    private void AddMoney()
    {
        var dollars = _bill.Total / NanoDollars;
        var day = new DateTimeOffset(_record.Budget.Date, TimeOnly.MinValue, TimeSpan.Zero);
        Panel("Budget Spent Today").And("settled", dollars);
        Panel("Day of the Budget").And("day", day.ToUnixTimeMilliseconds());
        Panel("Cost Burn-Down")
            .And("settled", dollars)
            .And("reserved", 0)
            .And("limit", Limit)
            .And("remaining", Limit - dollars);
        Panel("Budget Spend Rate").And("dollars an hour", dollars);
        Panel("Spent in All").And("settled", dollars);
        Quantile(
            Panel("Cost per Cycle").And("mean", dollars),
            "nine in ten",
            "agent_cycle_cost_dollars",
            0.9,
            [dollars]
        );

        var answered = _bill.Entries.Count(entry => entry.End == ExchangeEnd.Whole);
        Panel("Model Requests per Hour", others: 0).And("answered", answered);
        var longest = _buckets.Largest("agent_model_request_duration_seconds");
        Panel("Model Request Duration").Between("median", 0, longest).Between("nine in ten", 0, longest);

        var tokens = Panel("Tokens Used");
        foreach (var phase in (string[])["designing", "assessing"])
        {
            var calls = _record.Calls.Where(call => call.Phase == phase).ToArray();
            tokens.And($"{phase} input", calls.Sum(call => call.InputTokens));
            tokens.And($"{phase} output", calls.Sum(call => call.OutputTokens));
            tokens.And($"{phase} cache_read", calls.Sum(call => call.CacheReadTokens));
            tokens.And($"{phase} cache_write", calls.Sum(call => call.CacheWriteTokens));
        }
    }

    private void AddWork()
    {
        string[] roles = ["agent", "backtesting", "research", "training"];
        var workers = Panel("Workers");
        Each(workers, roles, ", busy", 0);
        foreach (var role in roles)
        {
            var capacity = _record.Workers.SelectMany(worker => worker.Roles).Where(one => one.Role == role);
            workers.And($"{role}, capacity", capacity.Sum(one => one.Capacity));
        }

        Each(Panel("Work Waiting"), roles, "", 0);
        Panel("Operations Active", others: 0).And("agent_research running", 0).And("agent_design pending", 0);
        Panel("Nodes").And("nodes", _record.Workers.Count);
        Panel("Longest Silence").And("silence", 0);
        Panel("Recoveries and Takeovers").And("recoveries", 0).And("takeovers", 0).And("refused writes", 0);
        Panel("Database Size").Between("size", 4_096, 1e9);
        Panel("Build").And($"{_record.Version} on sqlite", 1);
        var answers = Panel("Database Answers");
        var dropped = Panel("Dropped Spans");
        var writes = Panel("Database Write Time");
        foreach (var server in _record.Names)
        {
            var longest = _buckets.Largest("ktrdr_database_write_seconds");
            answers.And(server, 1);
            dropped.And(server, 0);
            writes.Between($"{server}, median", 0, longest);
            writes.Between($"{server}, nine in ten", 0, longest);
            writes.Between($"{server}, 99 in 100", 0, longest);
        }
    }

    private (string Check, double[] Values, double Bound)[] Checks()
    {
        var losses = Figures("training", "final_loss");
        var decreases = Figures("training", "initial_loss")
            .Zip(losses, (initial, final) => (initial - final) / initial);
        return
        [
            ("accuracy", Figures("training", "accuracy"), 0.45),
            ("final_loss", losses, 0.8),
            ("loss_decrease", [.. decreases], 0.2),
            ("win_rate", Figures("backtesting", "win_rate"), 0.45),
            ("max_drawdown", Figures("backtesting", "max_drawdown"), 0.4),
            ("sharpe_ratio", Figures("backtesting", "sharpe_ratio"), -0.5),
        ];
    }

    private double[] Figures(string type, string name) => [.. _record.Figure(type, name)];

    private Expected Panel(string title, double? others = null) => _panels[title] = new Expected { Others = others };

    private void Quantile(Expected panel, string words, string histogram, double share, IEnumerable<double> values)
    {
        var (least, most) = _buckets.Quantile(histogram, share, values, slack: 0);
        panel.Between(words, least, most);
    }

    private void Duration(Expected panel, string words, string histogram, double share, IEnumerable<double> values)
    {
        var (least, most) = _buckets.Quantile(histogram, share, values, Millisecond);
        panel.Between(words, least, most);
    }

    private static void Mean(Expected panel, string words, IEnumerable<double> durations)
    {
        var mean = durations.Average();
        panel.Between(words, mean - Millisecond, mean + Millisecond);
    }

    private static void Each(Expected panel, IEnumerable<string> names, string ending, double number)
    {
        foreach (var name in names)
        {
            panel.And(name + ending, number);
        }
    }
}
