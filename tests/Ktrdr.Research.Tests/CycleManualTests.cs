using Microsoft.Extensions.Configuration;

namespace Ktrdr.Research.Tests;

/// <summary>The numbers in docs/cycle.md, held against the code.</summary>
public sealed class CycleManualTests
{
    private static readonly string[] s_manual = File.ReadAllLines(Path.Combine(Shared.Repository, "docs", "cycle.md"));

    private static readonly Dictionary<string, Func<ResearchOptions, double>> s_limits = new()
    {
        ["TRAINING_GATE_MIN_ACCURACY"] = options => options.TrainingGate.MinimumAccuracy,
        ["TRAINING_GATE_MAX_LOSS"] = options => options.TrainingGate.MaximumLoss,
        ["TRAINING_GATE_MIN_LOSS_DECREASE"] = options => options.TrainingGate.MinimumLossDecrease,
        ["BACKTEST_GATE_MIN_WIN_RATE"] = options => options.BacktestGate.MinimumWinRate,
        ["BACKTEST_GATE_MAX_DRAWDOWN"] = options => options.BacktestGate.MaximumDrawdown,
        ["BACKTEST_GATE_MIN_SHARPE"] = options => options.BacktestGate.MinimumSharpe,
    };

    [Fact]
    public void Every_bound_in_the_manual_is_the_default()
    {
        var rows = Rows();

        Assert.Equal(s_limits.Keys, rows.Select(row => row.Setting));
        Assert.All(rows, row => Assert.Equal(row.Bound, s_limits[row.Setting](Read([])), 12));
    }

    [Fact]
    public void Every_setting_in_the_manual_moves_its_own_bound_and_no_other()
    {
        Assert.All(
            Rows(),
            row =>
            {
                var options = Read(new() { [row.Setting] = "0.123" });
                Assert.Equal(0.123, s_limits[row.Setting](options));
                Assert.All(
                    s_limits.Where(limit => limit.Key != row.Setting),
                    other => Assert.Equal(other.Value(Read([])), other.Value(options))
                );
            }
        );
    }

    [Fact]
    public void The_manual_tells_how_many_earlier_strategies_a_designer_is_shown() =>
        Assert.Contains(
            $"none of the last {Experiments.Most} strategies",
            string.Join(' ', s_manual),
            StringComparison.Ordinal
        );

    private static ResearchOptions Read(Dictionary<string, string?> settings) =>
        ResearchSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    private static (double Bound, string Setting)[] Rows() =>
        [
            .. s_manual
                .SkipWhile(line => !line.StartsWith("| gate | check |", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(cells => (Bound(cells[2]), cells[3].Trim('`'))),
        ];

    private static double Bound(string written)
    {
        var number = written.TrimStart('≥', '≤', ' ').Replace('−', '-');
        return number.EndsWith('%') ? double.Parse(number.TrimEnd('%', ' ')) / 100 : double.Parse(number);
    }
}
