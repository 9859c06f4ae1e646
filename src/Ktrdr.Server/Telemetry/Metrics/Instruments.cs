using System.Diagnostics.Metrics;
using Ktrdr.Operations;

namespace Ktrdr.Server;

/// <summary>What is counted and measured. Whoever exports listens to the meter <c>Ktrdr</c>.</summary>
/// <remarks>Instruments of the store are fed by <see cref="RecordedTotals"/> alone, in the order of the records, so they stand the
/// same in every process that works on them and after every restart. The others are this process's own.</remarks>
internal sealed class Instruments : IWriteObserver, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Ktrdr";

    private readonly Counter<long> _cycles;
    private readonly Histogram<double> _cycleDurations;
    private readonly Histogram<double> _cycleCosts;
    private readonly Histogram<double> _phases;
    private readonly Counter<long> _gateResults;
    private readonly Histogram<double> _gateValues;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDurations;
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _writes;
    private readonly HashSet<string> _ofTheStore = [];
    private long _spentNano;
    private long _droppedSpans;
    private volatile bool _areTotalsWhole;

    public Instruments()
    {
        _cycles = Counter("agent_cycles_total", "{cycle}", "Research cycles that ended, by how.");
        _cycleDurations = Seconds(
            "agent_cycle_duration_seconds",
            "Time of a cycle, from its beginning.",
            Buckets.Cycles
        );
        _cycleCosts = Histogram(
            "agent_cycle_cost_dollars",
            "{dollar}",
            "What a cycle that asked a language model paid.",
            Buckets.Costs
        );
        _phases = Seconds("agent_phase_duration_seconds", "Time of one phase of a cycle.", Buckets.Phases);
        _gateResults = Counter("agent_gate_results_total", "{verdict}", "Verdicts of the gates in cycles that ended.");
        _gateValues = Histogram("agent_gate_value", null, "Figures that the gates judged.", Buckets.Figures);
        _tokens = Counter("agent_tokens_total", "{token}", "Tokens of language models.");
        _requests = Counter(
            "agent_model_requests_total",
            "{request}",
            "Requests to language models, by what came of them."
        );
        _requestDurations = Seconds(
            "agent_model_request_duration_seconds",
            "Time of a request to a language model whose end was seen.",
            Buckets.Requests
        );
        _operations = Counter("ktrdr_operations_total", "{operation}", "Operations that ended, by type and how.");
        OfTheStore(
            Meter.CreateObservableCounter(
                "agent_budget_spend_dollars_total",
                () => (double)Spent.Dollars,
                "{dollar}",
                "What language models cost, by the ledger."
            )
        );

        _writes = Meter.CreateHistogram(
            "ktrdr_database_write_seconds",
            "s",
            "Time of a transaction of this process, from the wish to the disk.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Writes }
        );
        Meter.CreateObservableCounter(
            "ktrdr_dropped_spans_total",
            () => Interlocked.Read(ref _droppedSpans),
            "{span}",
            "Spans of this process that the collector did not take."
        );
        EmptyHistograms =
        [
            (_cycleDurations, []),
            (_cycleCosts, []),
            (_requestDurations, []),
            (_writes, []),
            .. Labels.Phases.Select(phase => (_phases, Tags(("phase", phase)))),
            .. Labels.Checks.Values.Select(of => (_gateValues, Tags(("gate", of.Gate), ("check", of.Check)))),
        ];
    }

    /// <summary>The meter of this process, or of this host where several live in one.</summary>
    public Meter Meter { get; } = new(MeterName, HealthEndpoints.Version);

    /// <summary>Histograms with their labels, to be shown before anything was measured.</summary>
    public IReadOnlyList<(Histogram<double> Histogram, KeyValuePair<string, object?>[] Tags)> EmptyHistograms { get; }

    /// <summary>Whether everything that was on record at the first look has been added up; until then what the store says is too
    /// small to be shown to anybody.</summary>
    public bool AreTotalsWhole
    {
        get => _areTotalsWhole;
        set => _areTotalsWhole = value;
    }

    /// <summary>What was spent by the ledger; exact, as a sum of binary fractions would not be.</summary>
    private Money Spent => new(Interlocked.Read(ref _spentNano));

    /// <summary>Whether an instrument shows what the store says, not what this process did.</summary>
    public bool IsOfTheStore(string instrument) => _ofTheStore.Contains(instrument);

    /// <summary>Brings every series that counts into being, so that the first event is an increase and not a beginning.</summary>
    public void BeginAtZero(IReadOnlyList<string> models)
    {
        foreach (var outcome in Labels.CycleOutcomes)
        {
            _cycles.Add(0, Tags(("outcome", outcome)));
        }

        foreach (var gate in Labels.Gates)
        {
            foreach (var result in Labels.GateResults)
            {
                _gateResults.Add(0, Tags(("gate", gate), ("result", result)));
            }
        }

        foreach (var outcome in Labels.RequestOutcomes)
        {
            _requests.Add(0, Tags(("outcome", outcome)));
        }

        foreach (var type in Labels.Types)
        {
            foreach (var status in Labels.Ends)
            {
                OperationEnded(type, status, operations: 0);
            }
        }

        foreach (var phase in Labels.AskingPhases)
        {
            foreach (var model in models)
            {
                foreach (var direction in Labels.Directions)
                {
                    TokensUsed(phase, model, direction, tokens: 0);
                }
            }
        }
    }

    public void OperationEnded(string type, string status, int operations = 1) =>
        _operations.Add(operations, new("operation_type", type), new("status", status));

    /// <summary>A cycle ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="took">How long it took, or null where it never began.</param>
    /// <param name="paid">What it paid, or null where it asked no language model.</param>
    public void CycleEnded(string outcome, TimeSpan? took, Money? paid)
    {
        _cycles.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (took is { } time)
        {
            _cycleDurations.Record(time.TotalSeconds);
        }

        if (paid is { } money)
        {
            _cycleCosts.Record((double)money.Dollars);
        }
    }

    public void PhaseEnded(string phase, TimeSpan took) =>
        _phases.Record(took.TotalSeconds, new KeyValuePair<string, object?>("phase", phase));

    public void GateJudged(string gate, string result) => _gateResults.Add(1, new("gate", gate), new("result", result));

    public void FigureJudged(string gate, string check, double value) =>
        _gateValues.Record(value, new("gate", gate), new("check", check));

    /// <summary>A request to a language model is over.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="took">How long it took, or null where nobody saw its end.</param>
    public void RequestCharged(string outcome, Money cost, TimeSpan? took)
    {
        _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        Interlocked.Add(ref _spentNano, cost.Nano);
        if (took is { } time)
        {
            _requestDurations.Record(time.TotalSeconds);
        }
    }

    public void TokensUsed(string phase, string model, string direction, long tokens) =>
        _tokens.Add(tokens, new("phase", phase), new("model", model), new("direction", direction));

    /// <inheritdoc/>
    public void Written(TimeSpan took) => _writes.Record(took.TotalSeconds);

    /// <summary>Spans were lost because the collector did not take them.</summary>
    public void SpansDropped(long spans) => Interlocked.Add(ref _droppedSpans, spans);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private Counter<long> Counter(string name, string unit, string description) =>
        OfTheStore(Meter.CreateCounter<long>(name, unit, description));

    private Histogram<double> Seconds(string name, string description, double[] buckets) =>
        Histogram(name, "s", description, buckets);

    private Histogram<double> Histogram(string name, string? unit, string description, double[] buckets) =>
        OfTheStore(
            Meter.CreateHistogram(
                name,
                unit,
                description,
                advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets }
            )
        );

    private T OfTheStore<T>(T instrument)
        where T : Instrument
    {
        _ofTheStore.Add(instrument.Name);
        return instrument;
    }

    private static KeyValuePair<string, object?>[] Tags(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        for (var at = 0; at < labels.Length; at++)
        {
            tags[at] = new KeyValuePair<string, object?>(labels[at].Name, labels[at].Value);
        }

        return tags;
    }
}
