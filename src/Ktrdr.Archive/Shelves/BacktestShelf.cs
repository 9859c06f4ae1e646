using System.Globalization;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>What backtests did: by identity below <c>data/shelf/backtests</c>, by number beside the strategy.</summary>
/// <remarks>
/// <c>report.json</c>: what it amounts to. <c>trades.csv</c>: one line a trade. <c>decisions.csv</c>: one line a bar, traded or
/// not, with the raw signal, what the filters left of it and the equity at the close.
/// </remarks>
public sealed class BacktestShelf(HomeFolder home) : IResultShelf
{
    private const string Report = "report.json";
    private const string Trades = "trades.csv";
    private const string Decisions = "decisions.csv";

    private readonly FolderShelf _shelf = new(home, "data/shelf/backtests", [Report, Trades, Decisions], "backtest");

    /// <inheritdoc/>
    public Task<string> PutAsync(BacktestRecord record, CancellationToken cancellationToken) =>
        _shelf.KeepAsync(
            new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [Report] = ArchiveJson.Write(record.Report),
                [Trades] = Encoding.UTF8.GetBytes(TradeLines(record.Trades)),
                [Decisions] = Encoding.UTF8.GetBytes(DecisionLines(record.Decisions, record.Equity)),
            },
            cancellationToken
        );

    /// <summary>The files of an identity as they are kept, by name.</summary>
    /// <exception cref="ArchiveDamagedException">They are not there, or not what was kept.</exception>
    public Task<IReadOnlyDictionary<string, byte[]>> FilesAsync(string identity, CancellationToken cancellationToken) =>
        _shelf.OpenAsync(identity, cancellationToken);

    /// <inheritdoc/>
    public string PathOf(string strategyName, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"strategies/{strategyName}/backtest_{number}");

    /// <inheritdoc/>
    public bool Exists(string strategyName, int number) => Directory.Exists(home.Resolve(PathOf(strategyName, number)));

    /// <inheritdoc/>
    public Task PublishAsync(string identity, string path, CancellationToken cancellationToken) =>
        _shelf.PublishAsync(identity, path, cancellationToken);

    private static string TradeLines(IReadOnlyList<Trade> trades)
    {
        var lines = new StringBuilder(
            "number,side,decided,entry,exit,holding_bars,quantity,entry_price,exit_price,gross_profit,commission,"
                + "spread_cost,net_profit,return,exit_reason,confidence,max_favorable,max_adverse\n"
        );
        foreach (var trade in trades)
        {
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{trade.Number},{Word(trade.Side)},{Iso.Of(trade.DecidedTime)},{Iso.Of(trade.EntryTime)},{Iso.Of(trade.ExitTime)},{trade.HoldingBars},{trade.Quantity},{trade.EntryPrice},{trade.ExitPrice},{trade.GrossProfit},{trade.Commission},{trade.SpreadCost},{trade.NetProfit},{trade.Return},{Word(trade.Exit)},{trade.Confidence},{trade.MaxFavorable},{trade.MaxAdverse}\n"
            );
        }

        return lines.ToString();
    }

    private static string DecisionLines(IReadOnlyList<Decision> decisions, IReadOnlyList<double> equity)
    {
        var lines = new StringBuilder(decisions.Count * 96);
        lines.Append("time,raw,final,buy,hold,sell,filters,equity\n");
        for (var bar = 0; bar < decisions.Count; bar++)
        {
            var decision = decisions[bar];
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{Iso.Of(decision.Time)},{Word(decision.Raw)},{Word(decision.Final)},{Probability(decision.Buy)},{Probability(decision.Hold)},{Probability(decision.Sell)},{Filters(decision.Filters)},{equity[bar]}\n"
            );
        }

        return lines.ToString();
    }

    /// <summary>Names joined by a bar; empty when nothing stood in the way.</summary>
    private static string Filters(DecisionFilters filters) =>
        filters == DecisionFilters.None ? "" : Word(filters).Replace(", ", "|", StringComparison.Ordinal);

    private static string Probability(float value) =>
        float.IsNaN(value) ? "" : value.ToString(CultureInfo.InvariantCulture);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
