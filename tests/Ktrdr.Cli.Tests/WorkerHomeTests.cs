using Ktrdr.Operations;

namespace Ktrdr.Cli.Tests;

/// <summary>A home that a worker holds: its records lie in a database it shares, and it serves nobody.</summary>
public sealed class WorkerHomeTests
{
    private const string Database = "postgres://nobody@127.0.0.1:1/research";

    [Fact]
    public async Task Looking_reads_in_place_and_waits_for_nobody()
    {
        using var terminal = new Terminal { Clock = new NoWaiting(), Variables = { ["KTRDR_DATABASE"] = Database } };
        using var hold = Worker(terminal);

        Assert.Equal(0, await terminal.RunAsync("data", "list"));
        Assert.Contains("No dataset yet.", terminal.Out);
    }

    [Fact]
    public async Task Looking_without_its_database_is_refused_for_the_home_has_no_records_of_its_own()
    {
        using var terminal = new Terminal { Clock = new NoWaiting() };
        using var hold = Worker(terminal);

        Assert.Equal(1, await terminal.RunAsync("operations", "list"));
        Assert.Contains("Process 4711 is a worker in the home", terminal.Error);
        Assert.Contains("Set KTRDR_DATABASE as it is set for the worker", terminal.Error);
    }

    [Theory]
    [InlineData("agent trigger")]
    [InlineData("agent run --cycles 1")]
    [InlineData("operations resume op_1")]
    public async Task What_needs_a_server_asks_for_the_name_of_one(string line)
    {
        using var terminal = new Terminal { Clock = new NoWaiting(), Variables = { ["KTRDR_DATABASE"] = Database } };
        using var hold = Worker(terminal);

        Assert.Equal(1, await terminal.RunAsync(line.Split(' ')));
        Assert.Contains("Process 4711 is a worker in the home", terminal.Error);
        Assert.Contains("Name a server on the same database with --url", terminal.Error);
    }

    private static HomeLock Worker(Terminal terminal) =>
        HomeLock.TryAcquire(terminal.Home, new HomeHolder(4711, Url: null, IsWorker: true))!;

    private sealed class NoWaiting : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new InvalidOperationException($"Somebody would wait for {dueTime}.");
    }
}
