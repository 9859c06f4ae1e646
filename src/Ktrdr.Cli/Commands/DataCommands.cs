using System.CommandLine;
using System.Globalization;
using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr data …</c>: bars in, and what is on hand.</summary>
internal static class DataCommands
{
    /// <summary>The group.</summary>
    public static Command Build(Shell shell) =>
        Shell.Group("data", "Bars: bring them in, see what is on hand.", Import(shell), List(shell), Show(shell));

    private static Command Import(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "A CSV (also .gz) or a LEAN zip." };
        var symbol = new Option<string>("--symbol")
        {
            Description = "The symbol it is for.",
            HelpName = "S",
            Required = true,
        };
        var timeframe = new Option<string>("--timeframe")
        {
            Description = "The length of its bars, such as 1h.",
            HelpName = "T",
            Required = true,
        };
        var kind = new Option<string?>("--kind")
        {
            Description = "forex, cfd, equity or crypto; decides the costs. The file says it where it is left out.",
            HelpName = "KIND",
        };
        var timezone = new Option<string?>("--timezone")
        {
            Description = "The zone of its times, such as America/New_York; needed where they do not say it.",
            HelpName = "ZONE",
        };
        return shell.Define(
            new Command("import", "Bring a file of bars into the home, checked, with its three windows fixed.")
            {
                file,
                symbol,
                timeframe,
                kind,
                timezone,
            },
            async (call, cancellationToken) =>
            {
                var path = call.FileAt(call.Value(file));
                if (!File.Exists(path))
                {
                    throw new Complaint(
                        Exit.Error,
                        $"There is no file {path}.",
                        "Check the path; it is relative to the folder you are in."
                    )
                    {
                        Code = "no_such_file",
                    };
                }

                var request = new ImportRequest
                {
                    Name = path,
                    Symbol = call.Value(symbol)!,
                    Timeframe = call.Value(timeframe)!,
                    Kind = call.Value(kind),
                    Timezone = call.Value(timezone),
                };
                var report = await ImportAsync(call, request, path, cancellationToken);
                call.Answer(
                    new One<ImportReportView> { Success = true, Data = report },
                    json => json.OneImportReportView,
                    answer => Sentences(answer.Data)
                );
                return Exit.Done;
            },
            "ktrdr data import EURUSD_1h.csv.gz --symbol EURUSD --timeframe 1h",
            "ktrdr data import SPY_1h.csv --symbol SPY --timeframe 1h --timezone America/New_York"
        );
    }

    // A home has one writer: its server while one runs, else this process for as long as the import takes.
    private static async Task<ImportReportView> ImportAsync(
        Call call,
        ImportRequest request,
        string path,
        CancellationToken cancellationToken
    )
    {
        await using var running = await Connection.RunningAsync(call, cancellationToken);
        if (running is null)
        {
            return await LocalHome.ImportAsync(call.Home, request, path, cancellationToken);
        }

        await using var file = File.OpenRead(path);
        return await running.Client.ImportAsync(request, file, cancellationToken);
    }

    private static IEnumerable<string> Sentences(ImportReportView report) =>
        Sentences(report.Dataset)
            .Concat(
                Columns.Facts(
                    (
                        "Read",
                        $"{report.RowsRead:#,0} rows of {report.Source} ({report.Format}), times {report.TimeZone}"
                    ),
                    ("Kept", $"{report.BarsKept:#,0} bars, {report.BarsAdded:#,0} of them new"),
                    ("Kind", $"{report.Dataset.Kind}: {report.KindReason}"),
                    ("Price scale", report.PriceScale.ToString("R", CultureInfo.InvariantCulture))
                )
            )
            .Concat(
                report.Repairs.Select(repair =>
                    $"Repaired: {repair.Count:#,0} × {Words.Plain(repair.What)}, first on row {repair.FirstRow} ({Words.Plain(repair.FirstValue)})"
                )
            )
            .Concat(report.Warnings.Select(warning => $"Warning: {Words.Plain(warning)}"));

    private static Command List(Shell shell) =>
        shell.Define(
            new Command("list", "The datasets on hand."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var datasets = await connection.Client.DatasetsAsync(cancellationToken);
                call.Answer(Whole.Of(datasets), json => json.ManyDatasetView, answer => Rows(answer.Data));
                return Exit.Done;
            },
            "ktrdr data list"
        );

    private static IEnumerable<string> Rows(IReadOnlyList<DatasetView> datasets) =>
        datasets.Count == 0
            ?
            [
                "No dataset yet. Bring one in with 'ktrdr data import'; without one a cycle uses the program's own sample market.",
            ]
            : Columns.Lay(
                ["SYMBOL", "TIMEFRAME", "KIND", "FROM", "LEARNING", "SELECTION", "SPREAD", ""],
                datasets.Select(dataset =>
                    (IReadOnlyList<string>)
                        [
                            dataset.Symbol,
                            dataset.Timeframe,
                            dataset.Kind,
                            Words.Moment(dataset.Start),
                            $"{dataset.LearningBars:#,0}",
                            $"{dataset.SelectionBars:#,0}",
                            dataset.HasSpread ? "yes" : "no",
                            dataset.Synthetic ? "SYNTHETIC" : "",
                        ]
                )
            );

    private static Command Show(Shell shell)
    {
        var symbol = new Argument<string>("SYMBOL") { Description = "Its symbol." };
        var timeframe = new Argument<string>("TIMEFRAME") { Description = "The length of its bars, such as 1h." };
        return shell.Define(
            new Command("show", "One dataset and its three windows.") { symbol, timeframe },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var dataset = await connection.Client.DatasetAsync(
                    call.Value(symbol),
                    call.Value(timeframe),
                    cancellationToken
                );
                call.Answer(
                    new One<DatasetReportView> { Success = true, Data = dataset },
                    json => json.OneDatasetReportView,
                    answer => Sentences(answer.Data)
                );
                return Exit.Done;
            },
            "ktrdr data show EURUSD 1h"
        );
    }

    private static IEnumerable<string> Sentences(DatasetReportView dataset) =>
        Columns
            .Facts(
                ("Dataset", $"{dataset.Symbol} {dataset.Timeframe} ({dataset.Kind})"),
                (
                    "Made up",
                    dataset.Synthetic ? "SYNTHETIC: these bars come from this program, not from a market" : null
                ),
                ("File", dataset.Path),
                ("Bars", $"{dataset.Bars:#,0}"),
                ("From", Words.Moment(dataset.Start)),
                ("To", Words.Moment(dataset.End)),
                ("Costs", dataset.CostsInWords),
                ("Spreads", Spreads(dataset.SpreadIssues)),
                ("Gaps", dataset.Gaps.Count == 0 ? "none" : $"{dataset.Gaps.Sum(gap => gap.Count):#,0}")
            )
            .Concat(
                dataset.Gaps.Select(gap =>
                    $"  {gap.Class.Replace('_', ' ')}: {gap.Count:#,0}, {gap.MissingBars:#,0} bars missing, longest "
                    + $"{Words.Moment(gap.LongestFrom)} to {Words.Moment(gap.LongestTo)}"
                )
            )
            .Append("")
            .Concat(
                Columns.Lay(
                    ["WINDOW", "FROM", "TO", "BARS"],
                    dataset.Windows.Select(window =>
                        (IReadOnlyList<string>)
                            [window.Window, Words.Moment(window.From), Words.Moment(window.To), $"{window.Bars:#,0}"]
                    )
                )
            );

    private static string? Spreads(SpreadIssuesView issues) =>
        issues.Total == 0
            ? null
            : $"{issues.Total:#,0} unusable: {issues.Zero:#,0} zero, {issues.Negative:#,0} negative, {issues.Missing:#,0} missing";
}
