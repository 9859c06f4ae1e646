using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>Where bars come from. What it hands out ends where the window it was asked for ends.</summary>
public interface IBarSource
{
    /// <summary>The datasets on hand, by symbol and timeframe.</summary>
    Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads one symbol for one window. A timeframe that is not on hand is made from a shorter one that is.</summary>
    /// <exception cref="DatasetException">A dataset is missing or too short; the message names it and the way out.</exception>
    Task<MarketWindow> ReadAsync(
        string symbol,
        Timeframe baseTimeframe,
        IReadOnlyList<Timeframe> timeframes,
        Window window,
        CancellationToken cancellationToken
    );

    /// <summary>Makes the sample market if it is not there yet, and says which dataset it is.</summary>
    Task<DatasetSummary> EnsureSampleAsync(CancellationToken cancellationToken);
}

/// <summary>What is known about a dataset without opening its bars.</summary>
public sealed record DatasetSummary
{
    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>The length of its bars.</summary>
    public required Timeframe Timeframe { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required InstrumentKind Kind { get; init; }

    /// <summary>Whether its bars were made up by this program.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Whether it carries a spread.</summary>
    public required bool HasSpread { get; init; }

    /// <summary>Whether any bar of it trades a volume.</summary>
    public required bool HasVolume { get; init; }

    /// <summary>The two moments that cut it.</summary>
    public required Borders Borders { get; init; }

    /// <summary>Start of its first bar.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Bars of the learning window.</summary>
    public required int LearningBars { get; init; }

    /// <summary>Bars of the selection window.</summary>
    public required int SelectionBars { get; init; }
}

/// <summary>A dataset cannot give what was asked of it. An operation that needed it ends with these words.</summary>
public sealed class DatasetException(string message)
    : OperationFailedException(
        new OperationError(
            "dataset_unusable",
            message,
            "'ktrdr data list' shows what is on hand; 'ktrdr data import' brings more."
        )
    );

/// <summary>Keeps strategies: by identity for the work, by name for people.</summary>
public interface IStrategyShelf
{
    /// <summary>Keeps the text of a strategy and returns its identity, the SHA-256 of the text.</summary>
    Task<string> PutAsync(StrategyDocument strategy, CancellationToken cancellationToken);

    /// <summary>The strategy with an identity.</summary>
    Task<StrategyDocument> GetAsync(string identity, CancellationToken cancellationToken);

    /// <summary>Reads and checks <c>strategies/{name}.yaml</c> as a person left it.</summary>
    /// <exception cref="StrategyRefusedException">There is none, or it breaks a rule.</exception>
    Task<StrategyDocument> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Checks the text of a strategy, as YAML or JSON, without keeping it.</summary>
    StrategyReading Read(string text);

    /// <summary>Whether a file of that name exists.</summary>
    bool Exists(string name);

    /// <summary>Names of all strategies, in order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>The path of a strategy's file, relative to the home.</summary>
    string PathOf(string name);

    /// <summary>Makes <c>strategies/{name}.yaml</c> appear, whole.</summary>
    Task PublishAsync(string identity, string name, CancellationToken cancellationToken);
}

/// <summary>A strategy file that cannot be used, with every reason.</summary>
public sealed class StrategyRefusedException(string name, IReadOnlyList<string> errors)
    : Exception($"Strategy '{name}' cannot be used: {string.Join("; ", errors)}")
{
    /// <summary>Everything that is wrong with it.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}

/// <summary>Keeps models: by identity for the work, by version for people.</summary>
public interface IModelShelf
{
    /// <summary>Keeps a trained model and returns its identity, a SHA-256 over all its files.</summary>
    Task<string> PutAsync(TrainedModel model, CancellationToken cancellationToken);

    /// <summary>The model with an identity.</summary>
    Task<TrainedModel> GetAsync(string identity, CancellationToken cancellationToken);

    /// <summary>Identity and path of the newest version of a strategy's models, or null.</summary>
    Task<(string Identity, string Path)?> LatestAsync(string strategyName, CancellationToken cancellationToken);

    /// <summary>Identity of the version at a path relative to the home, or null.</summary>
    Task<string?> IdentityAtAsync(string path, CancellationToken cancellationToken);

    /// <summary>The path of a version, relative to the home: <c>models/{name}/{timeframe}_v{version}</c>.</summary>
    string PathOf(string strategyName, Timeframe timeframe, int version);

    /// <summary>Whether a version's folder exists.</summary>
    bool Exists(string strategyName, Timeframe timeframe, int version);

    /// <summary>Makes a version appear at its path, whole.</summary>
    Task PublishAsync(string identity, string path, CancellationToken cancellationToken);
}

/// <summary>Keeps what a backtest did, trade by trade and bar by bar.</summary>
public interface IResultShelf
{
    /// <summary>Keeps the files of a backtest and returns their identity, a SHA-256 over all of them.</summary>
    Task<string> PutAsync(BacktestRecord record, CancellationToken cancellationToken);

    /// <summary>The path of a strategy's n-th backtest, relative to the home: <c>strategies/{name}/backtest_{n}</c>.</summary>
    string PathOf(string strategyName, int number);

    /// <summary>Whether that folder exists.</summary>
    bool Exists(string strategyName, int number);

    /// <summary>Makes the files appear at a path, all or none.</summary>
    Task PublishAsync(string identity, string path, CancellationToken cancellationToken);
}

/// <summary>Everything a backtest did.</summary>
/// <param name="Report">What it amounts to.</param>
/// <param name="Trades">Its trades, in order.</param>
/// <param name="Decisions">Its decisions, one a bar.</param>
/// <param name="Equity">Equity at the close of each bar.</param>
public sealed record BacktestRecord(
    BacktestReport Report,
    IReadOnlyList<Trade> Trades,
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<double> Equity
);

/// <summary>Keeps what was thought of a strategy.</summary>
public interface IAssessmentShelf
{
    /// <summary>The path of a strategy's assessment, relative to the home: <c>strategies/{name}/assessment.json</c>.</summary>
    string PathOf(string strategyName);

    /// <summary>Makes the assessment appear, whole.</summary>
    Task PublishAsync(string strategyName, Assessment assessment, CancellationToken cancellationToken);

    /// <summary>The assessment of a strategy, or null.</summary>
    Task<Assessment?> ReadAsync(string strategyName, CancellationToken cancellationToken);
}

/// <summary>Turns what is known into one new strategy.</summary>
public interface IDesigner
{
    /// <summary>Its name in records: <c>local</c>, <c>anthropic</c> or <c>scripted</c>.</summary>
    string Name { get; }

    /// <summary>Designs one strategy. Decided by the brief and the learning bars alone: same brief, same design.</summary>
    Task<Design> DesignAsync(DesignBrief brief, IDesignDesk desk, CancellationToken cancellationToken);
}

/// <summary>What a designer may look at and say while it works.</summary>
public interface IDesignDesk
{
    /// <summary>Reads learning bars; there is no way to later ones.</summary>
    Task<MarketWindow> LearningBarsAsync(
        string symbol,
        Timeframe baseTimeframe,
        IReadOnlyList<Timeframe> timeframes,
        CancellationToken cancellationToken
    );

    /// <summary>Why a strategy would be a repetition of an earlier one, in a sentence that names it and what became of it, or
    /// null when it is new.</summary>
    string? Repeats(StrategyDocument strategy);

    /// <summary>The design's own operation: to say how far it has come, and to pay.</summary>
    IWorkContext Work { get; }
}

/// <summary>Everything a designer is given; recorded with the operation.</summary>
public sealed record DesignBrief
{
    /// <summary>The seed that decides whatever is left to chance.</summary>
    public required int Seed { get; init; }

    /// <summary>The language model's id, or the provider's own name where it has none.</summary>
    public required string Model { get; init; }

    /// <summary>Whether a language model may see symbols and dates. By default it may not: it may remember the period.</summary>
    public bool Named { get; init; }

    /// <summary>The user's wish, or null.</summary>
    public string? Wish { get; init; }

    /// <summary>The datasets it may choose from; one when the user named it.</summary>
    public required IReadOnlyList<MarketOnHand> Markets { get; init; }

    /// <summary>What was tried before and what was learned, newest first.</summary>
    public required IReadOnlyList<Experiment> Earlier { get; init; }
}

/// <summary>A dataset a designer may choose. Its figures are of the learning window.</summary>
public sealed record MarketOnHand
{
    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>The name of its timeframe.</summary>
    public required string Timeframe { get; init; }

    /// <summary>What kind of thing.</summary>
    public required InstrumentKind Kind { get; init; }

    /// <summary>Whether its bars were made up by this program.</summary>
    public bool Synthetic { get; init; }

    /// <summary>Whether it carries a spread.</summary>
    public required bool HasSpread { get; init; }

    /// <summary>Whether it trades a volume.</summary>
    public required bool HasVolume { get; init; }

    /// <summary>Bars to learn from.</summary>
    public required int LearningBars { get; init; }

    /// <summary>Median spread over close, a fraction; NaN without a spread or when not measured.</summary>
    public double Spread { get; init; } = double.NaN;

    /// <summary>Standard deviation of the logarithmic returns from close to close, a fraction a bar; NaN when not measured.</summary>
    public double Volatility { get; init; } = double.NaN;

    /// <summary>Start of the first bar to learn from.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>Where the learning window ends.</summary>
    public DateTimeOffset End { get; init; }
}

/// <summary>What a designer answers.</summary>
/// <param name="Strategy">The strategy, complete and checked; its name is a wish.</param>
/// <param name="Candidates">How many candidates were scored by an outcome of trading; each counts as a trial.</param>
/// <param name="InputTokens">Tokens read by a language model, 0 without one.</param>
/// <param name="OutputTokens">Tokens written by a language model, 0 without one.</param>
public sealed record Design(StrategyDocument Strategy, int Candidates, long InputTokens, long OutputTokens);

/// <summary>Stands in for training and backtest when the provider is <c>scripted</c>: fixed figures, marked as a stub.</summary>
public interface IScript
{
    /// <summary>Takes as long as a scripted phase takes.</summary>
    Task PerformAsync(IWorkContext work, CancellationToken cancellationToken);

    /// <summary>The figures of a training that never happened.</summary>
    TrainingReport Training { get; }

    /// <summary>The figures of a backtest that never happened.</summary>
    BacktestReport Backtest { get; }
}

/// <summary>Turns numbers into an opinion.</summary>
public interface IAssessor
{
    /// <summary>Its name in records: <c>local</c>, <c>anthropic</c> or <c>scripted</c>.</summary>
    string Name { get; }

    /// <summary>Assesses one finished trial. Decided by what it is given alone.</summary>
    Task<AssessmentReply> AssessAsync(AssessmentBrief brief, IWorkContext work, CancellationToken cancellationToken);
}

/// <summary>Everything an assessor is given; recorded with the operation.</summary>
public sealed record AssessmentBrief
{
    /// <summary>The language model's id, or the provider's own name where it has none.</summary>
    public required string Model { get; init; }

    /// <summary>Whether a language model may see symbols and dates.</summary>
    public bool Named { get; init; }

    /// <summary>The strategy's name.</summary>
    public required string StrategyName { get; init; }

    /// <summary>What its author believed.</summary>
    public required string Hypothesis { get; init; }

    /// <summary>Symbols of the datasets on hand, which its author may have named.</summary>
    public IReadOnlyList<string> OnHand { get; init; } = [];

    /// <summary>What it is made of, a line each for indicators, sets, labels, network, orders and exits.</summary>
    public IReadOnlyList<string> Design { get; init; } = [];

    /// <summary>Whether its bars were made up.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>How training went.</summary>
    public required TrainingReport Training { get; init; }

    /// <summary>How the backtest went.</summary>
    public required BacktestReport Backtest { get; init; }

    /// <summary>What the gates said.</summary>
    public required IReadOnlyList<Verdict> Gates { get; init; }

    /// <summary>How many candidates the designer scored by an outcome of trading.</summary>
    public required int Candidates { get; init; }
}

/// <summary>What an assessor answers.</summary>
/// <param name="Assessment">The opinion.</param>
/// <param name="InputTokens">Tokens read by a language model, 0 without one.</param>
/// <param name="OutputTokens">Tokens written by a language model, 0 without one.</param>
public sealed record AssessmentReply(Assessment Assessment, long InputTokens, long OutputTokens);

/// <summary>An opinion about a strategy.</summary>
/// <param name="Verdict"><c>promising</c>, <c>mediocre</c> or <c>poor</c>.</param>
/// <param name="Strengths">Two to four.</param>
/// <param name="Weaknesses">Two to four.</param>
/// <param name="Suggestions">At least one.</param>
/// <param name="Stub">Whether the seeds' stub made it up.</param>
public sealed record Assessment(
    string Verdict,
    IReadOnlyList<string> Strengths,
    IReadOnlyList<string> Weaknesses,
    IReadOnlyList<string> Suggestions,
    bool Stub = false
);
