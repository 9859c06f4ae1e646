using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Cli.Tests;

/// <summary>A home that no server works on is read in place, and left as it was.</summary>
public sealed class StoppedHomeTests
{
    [Theory]
    [InlineData("agent status", "idle")]
    [InlineData("agent budget", "$0.00")]
    [InlineData("agent budget --calls", "No call on ")]
    [InlineData("agent budget --calls --day 2026-01-31", "No call on 2026-01-31.")]
    [InlineData("models", "claude-opus-5-5")]
    [InlineData("agent trigger --dry-run --model local", "it costs nothing")]
    [InlineData("agent trigger --dry-run --model local --symbol SAMPLE", "it costs nothing")]
    [InlineData("operations list", "No operation matches.")]
    [InlineData("data list", "No dataset yet.")]
    [InlineData("strategies list", "No strategy yet.")]
    [InlineData("indicators list", "rsi")]
    public async Task Looking_at_an_empty_home_starts_nothing(string line, string words)
    {
        using var terminal = new Terminal();

        Assert.Equal(0, await terminal.RunAsync(line.Split(' ')));
        Assert.Contains(words, terminal.Out);
        Assert.Empty(Directory.EnumerateFileSystemEntries(terminal.Home));
    }

    [Theory]
    [InlineData("agent status")]
    [InlineData("agent budget")]
    [InlineData("agent budget --calls")]
    [InlineData("models")]
    [InlineData("agent trigger --dry-run --model local")]
    [InlineData("operations list")]
    [InlineData("data list")]
    [InlineData("strategies list")]
    [InlineData("indicators list")]
    public async Task Machines_get_one_JSON_document_and_nothing_else(string line)
    {
        using var terminal = new Terminal();

        Assert.Equal(0, await terminal.RunAsync([.. line.Split(' '), "--json"]));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(terminal.Out).RootElement.ValueKind);
    }

    [Fact]
    public async Task Machines_are_told_of_a_refusal_as_a_problem()
    {
        using var terminal = new Terminal();

        Assert.Equal(1, await terminal.RunAsync("operations", "status", "op_gone", "--json"));
        var problem = JsonSerializer.Deserialize(terminal.Out, ClientJson.Default.ProblemView);
        Assert.Equal("unknown_operation", problem?.Code);
        Assert.Contains("op_gone", terminal.Error);
    }

    [Theory]
    [InlineData("agent cancel", "No research cycle is running")]
    [InlineData("operations cancel op_gone", "op_gone")]
    [InlineData("operations wait op_gone", "op_gone")]
    [InlineData("operations exchanges op_gone", "op_gone")]
    [InlineData("operations replay op_gone", "op_gone")]
    [InlineData("operations resume op_gone", "op_gone")]
    [InlineData("operations retry op_gone", "op_gone")]
    [InlineData("strategies show gone", "gone")]
    [InlineData("strategies validate gone.yaml", "gone.yaml")]
    [InlineData("data show GONE 1h", "GONE")]
    [InlineData("data import gone.csv --symbol X --timeframe 1h", "gone.csv")]
    public async Task What_is_not_there_is_named(string line, string name)
    {
        using var terminal = new Terminal();

        Assert.Equal(1, await terminal.RunAsync(line.Split(' ')));
        Assert.Contains(name, terminal.Error);
        Assert.Empty(terminal.Out);
    }

    [Theory]
    [InlineData("operations list")]
    [InlineData("agent status")]
    [InlineData("agent trigger")]
    [InlineData("serve --port 0")]
    public async Task A_damaged_database_is_named_with_the_way_out(string line)
    {
        using var terminal = new Terminal();
        var path = terminal.Write("ktrdr.db", "certainly no database, and long enough to look like one");

        Assert.Equal(1, await terminal.RunAsync(line.Split(' ')));
        Assert.Contains(path, terminal.Error);
        Assert.Contains("Put a copy of it back, or move it away", terminal.Error);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_exits_with_8()
    {
        using var terminal = new Terminal();

        Assert.Equal(8, await terminal.RunAsync("agent", "status", "--url", $"http://127.0.0.1:{ClosedPort()}"));
        Assert.Contains("No ktrdr server answers", terminal.Error);
    }

    [Fact]
    public async Task The_server_may_be_named_by_the_environment()
    {
        using var terminal = new Terminal();
        terminal.Variables["KTRDR_API_URL"] = $"http://127.0.0.1:{ClosedPort()}";

        Assert.Equal(8, await terminal.RunAsync("operations", "list"));
    }

    [Fact]
    public async Task Imported_bars_are_on_hand_with_their_windows()
    {
        using var terminal = new Terminal();
        var rows = Enumerable
            .Range(0, 400)
            .Select(day => $"{new DateTime(2020, 1, 1).AddDays(day):yyyy-MM-dd},10,11,9,{10 + (day % 2 * 0.5)},100");
        var bars = terminal.Write(
            "bars.csv",
            "timestamp,open,high,low,close,volume\n" + string.Join('\n', rows) + "\n"
        );

        Assert.Equal(0, await terminal.RunAsync("data", "import", bars, "--symbol", "ABC", "--timeframe", "1d"));
        Assert.Contains("400", terminal.Out);
        Assert.Contains("selection", terminal.Out);

        Assert.Equal(0, await terminal.RunAsync("data", "show", "ABC", "1d"));
        Assert.Equal(0, await terminal.RunAsync("data", "list"));
        Assert.Contains("ABC", terminal.Lines[^1]);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
