namespace Ktrdr.Operations.Tests;

public abstract class ReplayTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task What_an_earlier_run_recorded_is_read_instead_of_made_and_becomes_the_new_run_s_own()
    {
        var earlier = new Earlier
        {
            Records = { [("design", "draw")] = "7", [("design", "exchange-1")] = "\"a reply\"" },
        };
        Act design = async (_, work, cancellationToken) =>
        {
            var drawn = await work.OnceAsync("draw", _ => Task.FromResult(1), cancellationToken);
            var made = await work.OnceAsync("made", _ => Task.FromResult(100), cancellationToken);
            return new Played(work.Recorded<string>("exchange-1")!, drawn + made);
        };
        var stage = new Stage().Asking("cycle", "design").On("design", design);
        await using var house = await House.OpenAsync(_home, stage, options => options.Replay = earlier);
        var cycle = await house.RunAsync("parent", "cycle");

        var child = await house.ChildOf(cycle.Id, "design");
        Assert.Equal("a reply", child.Result!.Value.GetProperty("act").GetString());
        Assert.Equal(107, child.Result!.Value.GetProperty("number").GetDouble());
        var own = await house.Operations.RecordsAsync(child.Id, CancellationToken.None);
        Assert.Equal(
            [("draw", "7"), ("exchange-1", "\"a reply\""), ("made", "100")],
            own.Select(record => (record.Key, record.Value.GetRawText())).Order()
        );
    }

    [Fact]
    public async Task Its_own_record_comes_before_the_earlier_one()
    {
        var earlier = new Earlier { Records = { [("child", "draw")] = "7" } };
        var stage = new Stage().On(
            "draw",
            async (part, work, cancellationToken) =>
            {
                var first = await work.OnceAsync("draw", _ => Task.FromResult(1), cancellationToken);
                earlier.Records[("child", "draw")] = "8";
                var second = await work.OnceAsync("draw", _ => Task.FromResult(2), cancellationToken);
                Assert.Equal((7, 7, 7), (first, second, work.Recorded<int>("draw")));
                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage, options => options.Replay = earlier);
        Assert.Null((await house.RunAsync("child", "draw")).Error);
    }

    [Fact]
    public async Task The_name_an_earlier_run_took_is_taken_again()
    {
        var earlier = new Earlier { Names = { [("parent", "strategy")] = "wave_17" } };
        var stage = new Stage().On(
            "name",
            async (_, work, cancellationToken) =>
                new Played(await work.TakeNameAsync("strategy", ["wave"], cancellationToken))
        );
        await using var house = await House.OpenAsync(_home, stage, options => options.Replay = earlier);

        var topmost = await house.RunAsync("parent", "name");
        Assert.Equal("wave_17", await house.Operations.TakenNameAsync(topmost.Id, "strategy", CancellationToken.None));
        var unknown = await house.RunAsync("child", "name");
        Assert.Equal("wave", await house.Operations.TakenNameAsync(unknown.Id, "strategy", CancellationToken.None));
    }

    private sealed class Earlier : IReplay
    {
        public Dictionary<(string Operation, string Name), string> Records { get; } = [];

        public Dictionary<(string Operation, string Scope), string> Names { get; } = [];

        public string? Record(string operation, string name) => Records.GetValueOrDefault((operation, name));

        public string? Name(string operation, string scope) => Names.GetValueOrDefault((operation, scope));
    }
}
