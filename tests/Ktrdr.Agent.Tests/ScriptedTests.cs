using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent.Tests;

/// <summary>The seeds' stub: fixed, valid and marked.</summary>
public sealed class ScriptedTests
{
    private static readonly Script s_script = new(
        new ResearchOptions { ScriptedDelaySeconds = 0 },
        TimeProvider.System
    );

    [Fact]
    public async Task The_scripted_strategy_is_valid_and_marked_as_a_stub()
    {
        var design = await new ScriptedDesigner(s_script).DesignAsync(
            Sample.Brief(1) with
            {
                Markets = [],
            },
            new DeskWith(Sample.Learning),
            CancellationToken.None
        );

        Assert.Empty(StrategyReader.Read(StrategyWriter.Write(design.Strategy)).Errors);
        Assert.Equal(["stub"], design.Strategy.Tags);
        Assert.Equal(0, design.Candidates);
    }

    [Fact]
    public void The_scripted_figures_pass_both_gates_and_are_marked()
    {
        Assert.True(TrainingGate.Judge(s_script.Training, new TrainingGateLimits()).Passed);
        Assert.True(BacktestGate.Judge(s_script.Backtest, new BacktestGateLimits()).Passed);
        Assert.True(s_script.Training.Stub && s_script.Backtest.Stub);
    }
}
