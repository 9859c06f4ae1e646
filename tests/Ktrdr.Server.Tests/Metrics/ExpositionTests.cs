using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ktrdr.Server.Tests;

/// <summary>The text itself, letter by letter, and what is said when the store says nothing.</summary>
public sealed class ExpositionTests : IDisposable
{
    private readonly Instruments _instruments = new();
    private readonly Exposition _exposition;

    public ExpositionTests() => _exposition = new Exposition(_instruments);

    public void Dispose()
    {
        _exposition.Dispose();
        _instruments.Dispose();
    }

    [Fact]
    public void A_counter_is_told_once_with_its_series_in_the_order_of_their_labels()
    {
        _instruments.CycleEnded("refused", took: null, paid: null);
        _instruments.CycleEnded("completed", took: null, paid: null);
        _instruments.CycleEnded("refused", took: null, paid: null);

        Assert.Contains(
            """
            # HELP agent_cycles_total Research cycles that ended, by how.
            # TYPE agent_cycles_total counter
            agent_cycles_total{outcome="completed"} 1
            agent_cycles_total{outcome="refused"} 2

            """,
            Text()
        );
    }

    [Fact]
    public void A_histogram_counts_upwards_and_a_bound_is_part_of_its_bar()
    {
        _instruments.CycleEnded("completed", took: null, Money.FromDollars(0.01m));
        _instruments.CycleEnded("completed", took: null, Money.FromDollars(0.02m));
        _instruments.CycleEnded("completed", took: null, Money.FromDollars(1_000m));

        Assert.Contains(
            """
            # TYPE agent_cycle_cost_dollars histogram
            agent_cycle_cost_dollars_bucket{le="0.001"} 0
            agent_cycle_cost_dollars_bucket{le="0.0025"} 0
            agent_cycle_cost_dollars_bucket{le="0.005"} 0
            agent_cycle_cost_dollars_bucket{le="0.01"} 1
            agent_cycle_cost_dollars_bucket{le="0.025"} 2
            agent_cycle_cost_dollars_bucket{le="0.05"} 2
            agent_cycle_cost_dollars_bucket{le="0.1"} 2
            agent_cycle_cost_dollars_bucket{le="0.25"} 2
            agent_cycle_cost_dollars_bucket{le="0.5"} 2
            agent_cycle_cost_dollars_bucket{le="1"} 2
            agent_cycle_cost_dollars_bucket{le="2.5"} 2
            agent_cycle_cost_dollars_bucket{le="5"} 2
            agent_cycle_cost_dollars_bucket{le="10"} 2
            agent_cycle_cost_dollars_bucket{le="+Inf"} 3
            agent_cycle_cost_dollars_sum 1000.03
            agent_cycle_cost_dollars_count 3

            """,
            Text()
        );
    }

    [Fact]
    public void Money_is_exact_to_the_billionth_however_it_came_together()
    {
        for (var request = 0; request < 10; request++)
        {
            _instruments.RequestCharged("answered", new Money(100_000_001), took: null);
        }

        Assert.Contains("\nagent_budget_spend_dollars_total 1.00000001\n", Text());
    }

    [Fact]
    public void What_a_label_says_cannot_break_its_line()
    {
        KeyValuePair<string, object?>[] tags = [new("a", "back\\slash \"quoted\"\nnext"), new("b", "ü")];
        Span<char> text = stackalloc char[LabelText.MostLength(tags)];

        Assert.Equal(
            """a="back\\slash \"quoted\"\nnext",b="ü" """.TrimEnd(),
            text[..LabelText.Write(tags, text)].ToString()
        );
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(7200, "7200")]
    public void Numbers_are_written_as_Prometheus_reads_them(double value, string text) =>
        Assert.Equal(text, Series.Text(value));

    [Fact]
    public async Task A_store_that_does_not_answer_in_time_leaves_what_is_known_of_the_process()
    {
        var figures = new Figures { Answer = new TaskCompletionSource().Task };
        var looks = Looking(figures);
        _instruments.Written(TimeSpan.FromMilliseconds(3));

        await looks.LookAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Null(looks.Latest);
        Assert.False(_instruments.AreTotalsWhole);
        var text = Text(withStore: _instruments.AreTotalsWhole);
        Assert.Contains("\nktrdr_database_up 0\n", text);
        Assert.Contains("\nktrdr_database_write_seconds_count 1\n", text);
        Assert.DoesNotContain("agent_cycles_total", text);
    }

    [Fact]
    public async Task Whoever_asks_during_a_look_waits_for_that_one()
    {
        var answer = new TaskCompletionSource();
        var figures = new Figures { Answer = answer.Task };
        var looks = Looking(figures);
        var waiting = Enumerable
            .Range(0, 5)
            .Select(_ => looks.LookAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken))
            .ToList();

        answer.SetResult();
        await Task.WhenAll(waiting);

        Assert.Equal(1, figures.Looks);
        Assert.NotNull(looks.Latest);
    }

    [Fact]
    public async Task What_no_program_of_today_records_is_passed_over_or_counted_as_other()
    {
        var figures = new Figures();
        figures.Ended.Add(Ended("training", "{}", "work", parent: "one"));
        figures.Ended.Add(Ended("backtesting", "{}", "work", parent: "one"));
        figures.Ended.Add(
            Ended(
                "agent_research",
                """{"training_gate": "strange", "backtest_gate": {"result": 1, "checks": [7, {"name": 2}]}}"""
            )
        );
        figures.Ended.Add(Ended("tea_making", "{}"));
        figures.Charged.Add(
            new ChargedPurchase
            {
                Number = 1,
                Cost = new Money(1),
                Outcome = "settled",
                About = Json("""{"phase": "designing", "model": "gone-by"}"""),
                Usage = Json("""{"message_id": "m", "input_tokens": 7, "output_tokens": "many"}"""),
                Took = TimeSpan.FromSeconds(1),
            }
        );
        var looks = Looking(figures);

        await looks.LookAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var scrape = Scrape.Of(Text(_instruments.AreTotalsWhole));
        Assert.Equal(1, scrape["""agent_cycles_total{outcome="completed"}"""]);
        Assert.Equal(1, scrape["""ktrdr_operations_total{operation_type="other",status="completed"}"""]);
        Assert.Equal(7, scrape["""agent_tokens_total{phase="designing",model="other",direction="input"}"""]);
        Assert.Equal(0, scrape["""agent_gate_value_count{gate="training",check="accuracy"}"""]);
    }

    [Fact]
    public async Task A_cycle_that_was_resumed_judges_again_and_counts_only_what_was_done_in_it()
    {
        const string Trained =
            """{"training_gate": {"result": "pass", "checks": [{"name": "accuracy", "value": 0.6, "limit": 0.45}]}}""";
        const string Tested = """
            {"training_gate": {"result": "pass", "checks": [{"name": "accuracy", "value": 0.6, "limit": 0.45}]},
             "backtest_gate": {"result": "fail", "checks": []}}
            """;
        var figures = new Figures();
        figures.Ended.Add(Ended("training", "{}", "training of the first", parent: "first"));
        figures.Ended.Add(Ended("agent_research", Trained, "first"));
        figures.Ended.Add(Ended("backtesting", "{}", "backtest of the second", parent: "second"));
        figures.Ended.Add(Ended("agent_research", Tested, "second"));
        var looks = Looking(figures);

        await looks.LookAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var scrape = Scrape.Of(Text());
        Assert.Equal(2, scrape["""agent_cycles_total{outcome="completed"}"""]);
        Assert.Equal(1, scrape["""agent_gate_results_total{gate="training",result="pass"}"""]);
        Assert.Equal(1, scrape["""agent_gate_value_count{gate="training",check="accuracy"}"""]);
        Assert.Equal(1, scrape["""agent_gate_results_total{gate="backtest",result="fail"}"""]);
    }

    [Fact]
    public async Task A_price_list_of_any_length_leaves_the_number_of_series_below_its_limit()
    {
        var models = Enumerable.Range(1, 30).Select(number => $"model-{number}").ToArray();
        var figures = new Figures();
        figures.Ended.Add(Ended("tea_making", "{}"));
        var looks = Looking(figures, models);

        await looks.LookAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var scrape = Scrape.Of(Text());
        Assert.Contains(
            "agent_tokens_total{phase=\"designing\",model=\"model-8\",direction=\"input\"}",
            scrape.Values.Keys
        );
        Assert.InRange(scrape.Values.Count, 1, 400);
    }

    [Fact]
    public async Task Where_figures_are_sent_the_store_is_looked_at_when_the_process_starts_not_an_interval_later()
    {
        var figures = new Figures();
        using var regular = new RegularLooks(Looking(figures), new StoppedClock());

        await regular.StartAsync(TestContext.Current.CancellationToken);

        await figures.Looked.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(_instruments.AreTotalsWhole);
        await regular.StopAsync(TestContext.Current.CancellationToken);
    }

    private Looks Looking(Figures figures, params string[] models)
    {
        var totals = new RecordedTotals(figures, _instruments, new PriceList(models));
        var looks = new Looks(figures, totals, new ResearchOptions(), TimeProvider.System, NullLogger<Looks>.Instance);
        _ = new Gauges(_instruments, looks, new OperationsOptions(), new ResearchOptions());
        return looks;
    }

    private string Text(bool withStore = true)
    {
        var output = new ArrayBufferWriter<byte>();
        _exposition.WriteTo(output, withStore);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static EndedOperation Ended(string type, string metadata, string id = "one", string? parent = null) =>
        new()
        {
            Number = 1,
            Id = id,
            Type = type,
            ParentId = parent,
            Status = Ktrdr.Operations.OperationStatus.Completed,
            StartedAt = null,
            CompletedAt = DateTimeOffset.UnixEpoch,
            Metadata = Json(metadata),
            ErrorCode = null,
            Paid = null,
        };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    /// <summary>Records that answer when they are told to.</summary>
    private sealed class Figures : IOperationFigures
    {
        public Task Answer { get; init; } = Task.CompletedTask;

        public List<EndedOperation> Ended { get; } = [];

        public List<ChargedPurchase> Charged { get; } = [];

        public int Looks { get; private set; }

        public Task Looked => _looked.Task;

        private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<EndedOperation>> EndedAsync(
            long after,
            int most,
            CancellationToken cancellationToken
        ) => Task.FromResult<IReadOnlyList<EndedOperation>>(Ended);

        public async Task<IReadOnlyList<ChargedPurchase>> ChargedAsync(
            long after,
            int most,
            CancellationToken cancellationToken
        )
        {
            await Answer;
            return Charged;
        }

        public Task<Standing> StandingAsync(Money? dailyLimit, string fact, CancellationToken cancellationToken)
        {
            Looks++;
            _looked.TrySetResult();
            var standing = new Standing
            {
                Balance = new Balance
                {
                    Day = new DateOnly(2026, 11, 22),
                    Limit = dailyLimit,
                    Settled = Money.Zero,
                    Reserved = Money.Zero,
                    ResetsAt = DateTimeOffset.UnixEpoch,
                    Payments = 0,
                    PayingTrees = 0,
                },
                Live = [],
                Nodes = [],
                LongestSilence = TimeSpan.Zero,
                Recoveries = 0,
                Takeovers = 0,
                RefusedWrites = 0,
                DatabaseBytes = 0,
            };
            return Task.FromResult(standing);
        }
    }

    /// <summary>No interval ever passes.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private sealed class PriceList(string[] models) : ILanguageModels
    {
        public bool HaveKey => false;

        public ModelChoice Choose(string? wish) => throw new NotSupportedException();

        public IReadOnlyList<PricedModel> List() =>
            [.. models.Select(id => new PricedModel(id, [], Default: false, DateOnly.MinValue, []))];

        public Task<CycleEstimate> EstimateAsync(DesignBrief brief, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
