using System.CommandLine;

namespace Ktrdr.Cli;

/// <summary>Every command there is.</summary>
internal static class CommandTree
{
    /// <summary>The tree, for one run in some surroundings.</summary>
    public static RootCommand Build(Surroundings surroundings)
    {
        var shell = new Shell(surroundings);
        var root = new RootCommand(
            "ktrdr researches trading strategies by itself: it designs one, trains it, judges it, backtests it on bars it has "
                + "never seen, and says what was learned. 'ktrdr agent trigger --follow' shows a whole cycle."
        )
        {
            AgentCommands.Build(shell),
            ModelsCommand.Build(shell),
            OperationCommands.Build(shell),
            DataCommands.Build(shell),
            StrategyCommands.Build(shell),
            IndicatorCommands.Build(shell),
            RunCommands.Train(shell),
            RunCommands.Backtest(shell),
            ServeCommand.Build(shell),
            WorkerCommands.Work(shell),
            WorkerCommands.List(shell),
            McpCommand.Build(shell),
            DoctorCommand.Build(shell),
            shell.Json,
            shell.Url,
            shell.Home,
        };
        Examples.ShowInHelpOf(root);
        return root;
    }
}
