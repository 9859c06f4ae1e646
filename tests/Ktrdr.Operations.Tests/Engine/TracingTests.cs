using System.Diagnostics;

namespace Ktrdr.Operations.Tests;

public abstract class TracingTests(RecordsIn where) : IDisposable
{
    private const string NoSpan = "0000000000000000";
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task What_nothing_else_asked_for_is_the_root_of_a_trace_of_its_own_known_from_the_beginning()
    {
        using var listener = new Listener();
        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        using var request = new Activity("a request").Start();
        var started = await house.StartAsync("parent", "solo");
        var ended = await house.EndOf(started.Id);
        var span = await listener.OfAsync(started.Id, attempt: 1);

        Assert.Equal(started.TraceId, span.TraceId.ToString());
        Assert.Equal(NoSpan, span.ParentSpanId.ToString());
        Assert.NotEqual(request.TraceId, span.TraceId);
        Assert.Equal(started.Id, request.GetTagItem("operation.id"));
        Assert.Equal(span.Id, ended.TraceParent);
        Assert.Empty(span.Links);
    }

    [Fact]
    public async Task The_spans_of_children_are_below_their_parents_and_as_long_as_the_record_says()
    {
        using var listener = new Listener();
        await using var house = await House.OpenAsync(
            _home,
            new Stage().Asking("cycle", "design", "train").On("design").On("train")
        );
        var cycle = await house.RunAsync("parent", "cycle");
        var root = await listener.OfAsync(cycle.Id, attempt: 1);

        foreach (var child in await house.Operations.ChildrenAsync(cycle.Id, CancellationToken.None))
        {
            var span = await listener.OfAsync(child.Id, attempt: 1);
            Assert.Equal((root.TraceId, root.SpanId), (span.TraceId, span.ParentSpanId));
            Assert.Equal(child.StartedAt!.Value.UtcDateTime, span.StartTimeUtc);
            Assert.Equal(child.CompletedAt - child.StartedAt, span.Duration);
            Assert.Equal(("child", "completed"), (span.GetTagItem("operation.type"), span.GetTagItem("outcome")));
        }

        Assert.Equal(cycle.CompletedAt - cycle.StartedAt, root.Duration);
    }

    [Fact]
    public async Task After_a_crash_the_spans_are_in_the_same_trace_below_the_first_attempt_and_linked_to_it()
    {
        using var listener = new Listener();
        var before = new Stage().Asking("cycle", "train").Endless("train");
        var first = await House.OpenAsync(_home, before);
        var cycle = await first.StartAsync("parent", "cycle");
        await before.Entered("train");
        var firstOfCycle = first.Store.Find(cycle.Id)!.TraceParent!;
        var train = await first.ChildOf(cycle.Id, "train");
        await first.CrashAsync();

        await using var second = await House.OpenAsync(_home, new Stage().Asking("cycle", "train").On("train"));
        await second.EndOf(cycle.Id);

        foreach (var (id, context) in new[] { (cycle.Id, firstOfCycle), (train.Id, train.TraceParent!) })
        {
            var again = await listener.OfAsync(id, attempt: 2);
            Assert.Equal(cycle.TraceId, again.TraceId.ToString());
            Assert.Equal(context, again.ParentId);
            var link = Assert.Single(again.Links).Context;
            Assert.Equal(context, $"00-{link.TraceId}-{link.SpanId}-01");
        }
    }

    [Fact]
    public async Task The_first_attempt_that_anybody_traced_is_the_one_that_later_ones_are_below()
    {
        await using var house = House.Build(_home, new Stage());
        var started = await house.StartAsync("parent", "solo");
        var (second, third) = (Context('2'), Context('3'));

        await house.ClaimAsync(started.Id);
        await ClaimAgainAsync(second);
        Assert.Equal(second, house.Store.Find(started.Id)!.TraceParent);
        await ClaimAgainAsync(third);

        Assert.Equal(second, house.Store.Find(started.Id)!.TraceParent);

        string Context(char span) => $"00-{started.TraceId}-{new string(span, 16)}-01";

        async Task ClaimAgainAsync(string context)
        {
            var left = house.Store.Find(started.Id)!;
            await house.Store.PutBackAsync(left, countsAsCrash: true, crashCap: 9, CancellationToken.None);
            await house.Store.ClaimAsync(started.Id, await house.HandAsync(), _ => context, CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_goes_on_from_an_ended_operation_is_a_trace_of_its_own_that_points_to_the_earlier_one()
    {
        using var listener = new Listener();
        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        var earlier = await house.RunAsync("parent", "solo");
        var started = Assert.IsType<StartResult.Started>(
            await house.Operations.StartAsync(
                new StartRequest<Part>
                {
                    Type = "parent",
                    Order = new Part("solo"),
                    Resumes = earlier.Id,
                },
                CancellationToken.None
            )
        );
        var span = await listener.OfAsync(started.Operation.Id, attempt: 1);

        Assert.NotEqual(earlier.TraceId, span.TraceId.ToString());
        Assert.Equal(earlier.TraceId, Assert.Single(span.Links).Context.TraceId.ToString());
    }

    [Fact]
    public async Task A_failure_is_an_error_by_its_code_and_its_words_stay_in_the_record()
    {
        using var listener = new Listener();
        await using var house = await House.OpenAsync(
            _home,
            new Stage().On(
                "torn",
                (_, _, _) => throw new OperationFailedException(new OperationError("too_wet", "It rained.", null))
            )
        );
        var ended = await house.RunAsync("parent", "torn");
        var span = await listener.OfAsync(ended.Id, attempt: 1);

        Assert.Equal((ActivityStatusCode.Error, "too_wet"), (span.Status, span.StatusDescription));
        Assert.Equal(("failed", "too_wet"), (span.GetTagItem("outcome"), span.GetTagItem("error.type")));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value is "It rained.");
    }

    [Fact]
    public async Task A_worker_may_call_its_failure_by_another_name_and_then_nothing_is_broken()
    {
        using var listener = new Listener();
        await using var house = await House.OpenAsync(
            _home,
            new Stage().On(
                "turned away",
                (_, _, _) =>
                {
                    Activity.Current!.SetTag("outcome", "refused");
                    throw new OperationFailedException(new OperationError("too_dull", "No.", null));
                }
            )
        );
        var ended = await house.RunAsync("parent", "turned away");
        var span = await listener.OfAsync(ended.Id, attempt: 1);

        Assert.Equal((ActivityStatusCode.Unset, "refused"), (span.Status, span.GetTagItem("outcome")));
    }
}
