using System.CommandLine;
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
        var symbol = new Option<string>("--symbol") { Description = "The symbol it is for.", HelpName = "S", Required = true };
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
                    ClientJson.Default.OneImportReportView,
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
        Columns
            .Facts(
                ("Dataset", $"{report.Dataset.Symbol} {report.Dataset.Timeframe} ({report.Dataset.Kind})"),
                ("Bars", $"{report.Bars:#,0}"),
                ("From", Words.Moment(report.Dataset.Start)),
                ("To", Words.Moment(report.Last)),
                ("Gaps", Counted(report.Gaps)),
                ("Found", Counted(report.Counts))
            )
            .Concat(Windows(report.Dataset))
            .Concat(report.Choices.Select(Words.Plain))
            .Concat(report.Warnings.Select(warning => $"Warning: {Words.Plain(warning)}"));

    private static string Counted(IReadOnlyDictionary<string, int> counts)
    {
        var told = counts.Where(count => count.Value > 0).Select(count => $"{count.Key.Replace('_', ' ')} {count.Value:#,0}");
        return string.Join(", ", told) is { Length: > 0 } words ? words : "none";
    }

    private static IEnumerable<string> Windows(DatasetView dataset) =>
        Columns.Facts(
            ("Learning", $"{Words.Moment(dataset.Start)} to {Words.Moment(dataset.LearningEnd)}  {dataset.LearningBars:#,0} bars"),
            (
                "Selection",
                $"{Words.Moment(dataset.LearningEnd)} to {Words.Moment(dataset.SelectionEnd)}  {dataset.SelectionBars:#,0} bars"
            ),
            ("Sealed", $"from {Words.Moment(dataset.SelectionEnd)}  nobody reads it until a promotion")
        );

    private static Command List(Shell shell) =>
        shell.Define(
            new Command("list", "The datasets on hand."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var datasets = await connection.Client.DatasetsAsync(cancellationToken);
                call.Answer(Whole.Of(datasets), ClientJson.Default.ManyDatasetView, answer => Rows(answer.Data));
                return Exit.Done;
            },
            "ktrdr data list"
        );

    private static IEnumerable<string> Rows(IReadOnlyList<DatasetView> datasets) =>
        datasets.Count == 0
            ? ["No dataset yet. Bring one in with 'ktrdr data import'; without one a cycle uses the program's own sample market."]
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
                    new One<DatasetView> { Success = true, Data = dataset },
                    ClientJson.Default.OneDatasetView,
                    answer => Sentences(answer.Data)
                );
                return Exit.Done;
            },
            "ktrdr data show EURUSD 1h"
        );
    }

    private static IEnumerable<string> Sentences(DatasetView dataset) =>
        Columns
            .Facts(
                ("Dataset", $"{dataset.Symbol} {dataset.Timeframe} ({dataset.Kind})"),
                ("Bars are", dataset.Synthetic ? "SYNTHETIC: made up by this program" : "imported"),
                ("Spread", dataset.HasSpread ? "in the data" : "none"),
                ("Volume", dataset.HasVolume ? "in the data" : "none")
            )
            .Concat(Windows(dataset));
}
