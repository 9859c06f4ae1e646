using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>Datasets, as the wire spells them.</summary>
internal static class DatasetViews
{
    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetValues<InstrumentKind>().Select(NameOf)];

    public static DatasetView Of(DatasetSummary dataset) =>
        new()
        {
            Symbol = dataset.Symbol,
            Timeframe = dataset.Timeframe.Name,
            Kind = NameOf(dataset.Kind),
            Synthetic = dataset.Synthetic,
            HasSpread = dataset.HasSpread,
            HasVolume = dataset.HasVolume,
            Start = dataset.Start,
            LearningEnd = DateTimeOffset.FromUnixTimeSeconds(dataset.Borders.LearningEnd),
            SelectionEnd = DateTimeOffset.FromUnixTimeSeconds(dataset.Borders.SelectionEnd),
            LearningBars = dataset.LearningBars,
            SelectionBars = dataset.SelectionBars,
        };

    public static ImportReportView Of(ImportReport report) =>
        new()
        {
            Dataset = Of(report.Dataset),
            Source = report.Source,
            Format = report.Format,
            RowsRead = report.RowsRead,
            BarsKept = report.BarsKept,
            BarsAdded = report.BarsAdded,
            KindReason = report.KindReason,
            PriceScale = report.PriceScale,
            TimeZone = report.TimeZone,
            Repairs =
            [
                .. report.Repairs.Select(repair => new RepairView(
                    repair.What,
                    repair.Count,
                    repair.FirstRow,
                    repair.FirstValue
                )),
            ],
            Warnings = report.Warnings,
        };

    public static DatasetReportView Of(DatasetReport dataset) =>
        new()
        {
            Symbol = dataset.Symbol,
            Timeframe = dataset.Timeframe.Name,
            Kind = NameOf(dataset.Kind),
            Synthetic = dataset.Synthetic,
            Path = dataset.Path,
            Bars = dataset.Bars,
            Start = dataset.Start,
            End = dataset.End,
            Costs = new CostsView
            {
                Spread = dataset.Costs.UsesDataSpread ? null : dataset.Costs.Spread,
                Commission = dataset.Costs.Commission,
                Slippage = dataset.Costs.Slippage,
            },
            CostsInWords = dataset.CostsInWords,
            TypicalSpread = double.IsFinite(dataset.TypicalSpread) ? dataset.TypicalSpread : null,
            SpreadIssues = new SpreadIssuesView(
                dataset.SpreadIssues.Zero,
                dataset.SpreadIssues.Negative,
                dataset.SpreadIssues.Missing,
                dataset.SpreadIssues.Total
            ),
            Gaps =
            [
                .. dataset.Gaps.Select(gap => new GapView(
                    Gaps.NameOf(gap.Class),
                    gap.Count,
                    gap.MissingBars,
                    DateTimeOffset.FromUnixTimeSeconds(gap.Longest.From),
                    DateTimeOffset.FromUnixTimeSeconds(gap.Longest.To)
                )),
            ],
            Windows =
            [
                .. dataset.Windows.Select(window => new WindowView(
                    window.Window.ToString().ToLowerInvariant(),
                    window.From,
                    window.To,
                    window.Bars,
                    window.Hash
                )),
            ],
        };

    private static string NameOf(InstrumentKind kind) => kind.ToString().ToLowerInvariant();
}
