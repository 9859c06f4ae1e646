using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Research.Tests;

/// <summary>Settings: read by the contract's names, refused by name, and described as they are.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_manual_states_the_defaults_that_hold()
    {
        var stated = File.ReadLines(Path.Combine(Shared.Repository, "docs", "settings.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|').Select(cell => cell.Trim(' ', '`')).ToArray())
            .ToDictionary(cells => cells[1], cells => cells[2]);
        var options = ResearchSettings.Read(new ConfigurationBuilder().Build());

        Assert.Equal(stated["AGENT_PROVIDER"], options.Provider);
        Assert.Equal(Number("AGENT_DAILY_BUDGET"), (double)options.DailyBudget!);
        Assert.Equal(Number("AGENT_CYCLE_ESTIMATE"), (double)options.CycleEstimate);
        Assert.Equal(Number("STUB_WORKER_DELAY"), options.ScriptedDelaySeconds);
        Assert.Equal(Number("AGENT_MAX_CONCURRENT_RESEARCHES"), options.MostCycles);
        Assert.Equal(Number("TRAINING_CHECKPOINT_EPOCHS"), options.CheckpointEpochs);
        Assert.Equal(Number("TRAINING_GATE_MIN_ACCURACY"), options.TrainingGate.MinimumAccuracy);
        Assert.Equal(Number("TRAINING_GATE_MAX_LOSS"), options.TrainingGate.MaximumLoss);
        Assert.Equal(Number("TRAINING_GATE_MIN_LOSS_DECREASE"), options.TrainingGate.MinimumLossDecrease);
        Assert.Equal(Number("BACKTEST_GATE_MIN_WIN_RATE"), options.BacktestGate.MinimumWinRate);
        Assert.Equal(Number("BACKTEST_GATE_MAX_DRAWDOWN"), options.BacktestGate.MaximumDrawdown);
        Assert.Equal(Number("BACKTEST_GATE_MIN_SHARPE"), options.BacktestGate.MinimumSharpe);

        double Number(string key) => double.Parse(stated[key], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("AGENT_PROVIDER", "oracle")]
    [InlineData("AGENT_DAILY_BUDGET", "-1")]
    [InlineData("AGENT_DAILY_BUDGET", "much")]
    [InlineData("AGENT_DAILY_BUDGET", "0.0000000001")]
    [InlineData("AGENT_DAILY_BUDGET", "0.00000000000000000000000000000000001")]
    [InlineData("AGENT_DAILY_BUDGET", "10000000000")]
    [InlineData("AGENT_CYCLE_ESTIMATE", "0")]
    [InlineData("AGENT_CYCLE_ESTIMATE", "0.1234567891")]
    [InlineData("AGENT_CYCLE_ESTIMATE", "1e-3")]
    [InlineData("USE_STUB_WORKERS", "perhaps")]
    [InlineData("STUB_WORKER_DELAY", "NaN")]
    [InlineData("AGENT_MAX_CONCURRENT_RESEARCHES", "0")]
    [InlineData("AGENT_MAX_CONCURRENT_RESEARCHES", "17")]
    [InlineData("AGENT_MAX_CONCURRENT_RESEARCHES", "two")]
    [InlineData("TRAINING_CHECKPOINT_EPOCHS", "-1")]
    [InlineData("TRAINING_CHECKPOINT_EPOCHS", "2.5")]
    [InlineData("TRAINING_GATE_MIN_ACCURACY", "1.5")]
    [InlineData("TRAINING_GATE_MAX_LOSS", "1e309")]
    [InlineData("BACKTEST_GATE_MIN_SHARPE", "1,5")]
    public void A_value_that_makes_no_sense_is_named_with_its_setting(string key, string value)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => ResearchSettings.Read(With(key, value)));

        Assert.StartsWith($"{key} is '{value}'.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("USE_STUB_WORKERS", "yes", Providers.Scripted)]
    [InlineData("AGENT_PROVIDER", "Scripted", Providers.Scripted)]
    [InlineData("AGENT_PROVIDER", "auto", Providers.Auto)]
    [InlineData("AGENT_PROVIDER", " Anthropic ", Providers.Anthropic)]
    public void The_provider_follows_its_settings(string key, string value, string provider) =>
        Assert.Equal(provider, ResearchSettings.Read(With(key, value)).Provider);

    [Theory]
    [InlineData("anthropic")]
    [InlineData("local")]
    [InlineData("auto")]
    [InlineData("")]
    public void Who_asks_for_the_stub_gets_it_whatever_the_provider(string provider)
    {
        var both = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?> { ["AGENT_PROVIDER"] = provider, ["USE_STUB_WORKERS"] = "true" }
            )
            .Build();

        Assert.Equal(Providers.Scripted, ResearchSettings.Read(both).Provider);
    }

    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("0.123456789", "0.123456789")]
    [InlineData("0.150000000000", "0.15")]
    [InlineData("33.333333333", "33.333333333")]
    public void Dollars_are_taken_to_the_billionth_as_they_are_written(string text, string dollars)
    {
        var exact = decimal.Parse(dollars, CultureInfo.InvariantCulture);

        Assert.Equal(exact, ResearchSettings.Read(With("AGENT_CYCLE_ESTIMATE", text)).CycleEstimate);
        Assert.Equal(exact, ResearchSettings.Read(With("AGENT_DAILY_BUDGET", text)).DailyBudget);
    }

    [Fact]
    public void No_limit_is_spelled_unlimited() =>
        Assert.Null(ResearchSettings.Read(With("AGENT_DAILY_BUDGET", "unlimited")).DailyBudget);

    private static IConfiguration With(string key, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
}
