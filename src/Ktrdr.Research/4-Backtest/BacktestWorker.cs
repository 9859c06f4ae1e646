using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The third phase: a model meets the selection window, which nothing before it has seen.</summary>
/// <remarks>The trial is in the ledger before the result leaves this method, once a backtest however often it ran.</remarks>
public sealed class BacktestWorker(
    IBarSource bars,
    IStrategyShelf strategies,
    IModelShelf models,
    IResultShelf results,
    IScript script
) : IWorker<BacktestOrder, BacktestResult>, IPublisher<BacktestOrder, BacktestResult>
{
    /// <inheritdoc/>
    public async Task<BacktestResult> RunAsync(
        BacktestOrder order,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        if (order.Provider == Providers.Scripted)
        {
            await script.PerformAsync(work, cancellationToken);
            return Result(order, script.Backtest, path: null, identity: null);
        }

        var strategy = await strategies.GetAsync(order.StrategyIdentity, cancellationToken);
        var model = await models.GetAsync(order.ModelIdentity!, cancellationToken);
        await work.SetMetadataAsync(OperationFacts.Of(strategy), cancellationToken);
        work.Report(5, "Reading the selection window");
        var market = await ReadAsync(strategy, cancellationToken);
        work.Report(20, "Computing features");
        var encounter = await Task.Run(
                () => Encounter.Of(strategy, model, market, order, cancellationToken),
                cancellationToken
            )
            .WaitAsync(cancellationToken);

        work.Report(80, $"{encounter.Simulation.Trades.Count} trades");
        await work.AppendAsync(Trial.Ledger, work.OperationId, market.Symbol, encounter.Trial, cancellationToken);
        var identity = await results.PutAsync(encounter.Record, cancellationToken);
        var path = await work.TakeNameAsync("backtest", Folders(order.StrategyName), cancellationToken);
        return Result(order, encounter.Record.Report, path, identity);
    }

    /// <inheritdoc/>
    public Task PublishAsync(BacktestOrder order, BacktestResult result, CancellationToken cancellationToken) =>
        result is { ResultsIdentity: { } identity, ResultsPath: { } path }
            ? results.PublishAsync(identity, path, cancellationToken)
            : Task.CompletedTask;

    private async Task<MarketWindow> ReadAsync(StrategyDocument strategy, CancellationToken cancellationToken)
    {
        using var span = Tracing.Begin(Spans.BacktestData);
        var market = await bars.ReadAsync(
            strategy.Data.Symbol,
            strategy.Data.BaseTimeframe,
            strategy.Data.Timeframes,
            Window.Selection,
            cancellationToken
        );
        Spans.Say(("symbol", market.Symbol), ("timeframe", market.BaseTimeframe.Name), ("bars", market.Base.Count));
        return market;
    }

    private IEnumerable<string> Folders(string name)
    {
        for (var number = 1; ; number++)
        {
            if (!results.Exists(name, number))
            {
                yield return results.PathOf(name, number);
            }
        }
    }

    private static BacktestResult Result(BacktestOrder order, BacktestReport report, string? path, string? identity)
    {
        Spans.Say(
            ("strategy_name", order.StrategyName),
            ("sharpe_ratio", report.Metrics.SharpeRatio),
            ("win_rate", report.Metrics.WinRate),
            ("max_drawdown", report.Metrics.MaxDrawdown),
            ("total_trades", report.Metrics.TotalTrades)
        );
        return new()
        {
            SharpeRatio = report.Metrics.SharpeRatio,
            WinRate = report.Metrics.WinRate,
            MaxDrawdown = report.Metrics.MaxDrawdown,
            TotalReturn = report.Metrics.TotalReturn,
            TotalTrades = report.Metrics.TotalTrades,
            ResultsPath = path,
            ResultsIdentity = identity,
            Report = report,
        };
    }
}
