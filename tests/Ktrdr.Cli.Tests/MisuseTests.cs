namespace Ktrdr.Cli.Tests;

/// <summary>A command line that makes no sense exits with 2 and says what was meant.</summary>
public sealed class MisuseTests
{
    [Theory]
    [InlineData("agnet trigger", "Did you mean 'agent'?")]
    [InlineData("agent triger", "Did you mean 'trigger'?")]
    [InlineData("operations lsit", "Did you mean 'list'?")]
    [InlineData("agent trigger --sead 1", "Did you mean '--seed'?")]
    [InlineData("operations list --jsno", "Did you mean '--json'?")]
    [InlineData("operations list --type trainnig", "Did you mean 'training'?")]
    [InlineData("operations list --status complete", "Did you mean 'completed'?")]
    public async Task A_slip_is_answered_with_what_was_meant(string line, string question)
    {
        using var terminal = new Terminal();

        var code = await terminal.RunAsync(line.Split(' '));

        Assert.Equal(2, code);
        Assert.Contains(question, terminal.Error);
        Assert.Empty(terminal.Out);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("operations status")]
    [InlineData("operations list --limit 0")]
    [InlineData("operations list --limit ten")]
    [InlineData("operations wait op_x --timeout NaN")]
    [InlineData("agent trigger --seed 1.5")]
    [InlineData("agent trigger --brief x --strategy y")]
    [InlineData("agent trigger --dry-run --follow")]
    [InlineData("agent budget --day 2026-01-31")]
    [InlineData("agent budget --calls --day 2026-13-01")]
    [InlineData("data import bars.csv --symbol X")]
    [InlineData("indicators compute rsi")]
    [InlineData("indicators compute rsi --param period --data x.csv")]
    [InlineData("train idea --start 2015-13-01")]
    [InlineData("backtest idea --capital -5")]
    [InlineData("backtest idea --capital 1e999")]
    [InlineData("serve --port 70000")]
    [InlineData("agent status --url not-an-address")]
    [InlineData("agent status surplus")]
    public async Task Nonsense_is_refused_before_anything_is_done(string line)
    {
        using var terminal = new Terminal();

        var code = await terminal.RunAsync(line.Split(' '));

        Assert.Equal(2, code);
        Assert.StartsWith("ktrdr: ", terminal.Error);
        Assert.Empty(terminal.Out);
        Assert.Empty(Directory.EnumerateFileSystemEntries(terminal.Home));
    }

    [Fact]
    public async Task A_worker_without_a_shared_database_says_what_it_needs_and_leaves_nothing()
    {
        using var terminal = new Terminal();

        Assert.Equal(1, await terminal.RunAsync("worker"));
        Assert.Contains("KTRDR_DATABASE", terminal.Error);
        Assert.Contains("ktrdr serve", terminal.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(terminal.Home));
    }

    [Fact]
    public async Task An_unknown_word_cannot_steer_the_terminal()
    {
        using var terminal = new Terminal();

        Assert.Equal(2, await terminal.RunAsync("\u001b[31magent\u0007"));
        Assert.DoesNotContain('\u001b', terminal.Error);
        Assert.DoesNotContain('\u0007', terminal.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("agent")]
    [InlineData("agent trigger")]
    [InlineData("agent status")]
    [InlineData("agent cancel")]
    [InlineData("agent budget")]
    [InlineData("operations")]
    [InlineData("operations list")]
    [InlineData("operations status")]
    [InlineData("operations show")]
    [InlineData("operations cancel")]
    [InlineData("operations wait")]
    [InlineData("data import")]
    [InlineData("data list")]
    [InlineData("data show")]
    [InlineData("strategies list")]
    [InlineData("strategies show")]
    [InlineData("strategies validate")]
    [InlineData("indicators list")]
    [InlineData("indicators compute")]
    [InlineData("train")]
    [InlineData("backtest")]
    [InlineData("serve")]
    public async Task Every_command_explains_itself_and_shows_an_example(string command)
    {
        using var terminal = new Terminal();

        var code = await terminal.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, code);
        var example = Assert.Single(terminal.Lines, line => line.Trim() == "Examples:");
        Assert.StartsWith($"  ktrdr {command}".TrimEnd(), terminal.Lines[Array.IndexOf(terminal.Lines, example) + 1]);
    }
}
