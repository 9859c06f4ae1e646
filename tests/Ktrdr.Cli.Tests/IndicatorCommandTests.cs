using System.Globalization;
using System.Text.Json;

namespace Ktrdr.Cli.Tests;

public sealed class IndicatorCommandTests
{
    [Fact]
    public async Task Rsi_of_a_file_is_the_golden_one_in_every_row()
    {
        var golden = JsonDocument.Parse(File.ReadAllText(Shared.Data("golden/results/rsi.standard.json"))).RootElement;
        using var terminal = new Terminal();

        var code = await terminal.RunAsync(
            "indicators",
            "compute",
            "rsi",
            "--param",
            "period=14",
            "--data",
            Shared.Data("golden/quotes_default.csv")
        );

        Assert.Equal((0, ""), (code, terminal.Error));
        Assert.Equal("timestamp,rsi", terminal.Lines[0]);
        var rows = terminal.Lines[1..].Select(line => line.TrimEnd('\r').Split(',')).ToArray();
        Assert.Equal(golden.GetArrayLength(), rows.Length);
        foreach (var (row, expected) in rows.Zip(golden.EnumerateArray()))
        {
            Assert.Equal(expected.GetProperty("timestamp").GetString() + "Z", row[0]);
            if (expected.GetProperty("rsi") is { ValueKind: JsonValueKind.Number } value)
            {
                var (wanted, got) = (value.GetDouble(), double.Parse(row[1], CultureInfo.InvariantCulture));
                Assert.InRange(got, wanted - (1e-9 * wanted), wanted + (1e-9 * wanted));
            }
            else
            {
                Assert.Empty(row[1]);
            }
        }
    }

    [Fact]
    public async Task Numbers_read_back_as_the_same_numbers()
    {
        using var terminal = new Terminal();
        var bars = terminal.Write(
            "bars.csv",
            "timestamp,open,high,low,close\n2024-01-01,1,1,1,0.1\n2024-01-02,1,1,0.1,0.2\n2024-01-03,1,1,0.1,0.7\n"
        );

        Assert.Equal(0, await terminal.RunAsync("indicators", "compute", "sma", "--param", "period=2", "--data", bars));

        Assert.Equal(0.45, double.Parse(terminal.Lines[^1].Split(',')[1], CultureInfo.InvariantCulture), 1e-15);
        Assert.EndsWith(",", terminal.Lines[1].TrimEnd('\r'));
    }

    [Theory]
    [InlineData("rsj", "", "Did you mean 'rsi'?")]
    [InlineData("ichimoku", "", "not available yet")]
    [InlineData("rsi", "perod=14", "Did you mean 'period'?")]
    [InlineData("rsi", "period=1.5", "whole number")]
    [InlineData("rsi", "period=1e309", "Parameter 'period' of rsi")]
    public async Task What_cannot_be_computed_is_explained(string type, string parameter, string words)
    {
        using var terminal = new Terminal();
        var bars = terminal.Write(
            "bars.csv",
            "timestamp,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,1,1,1,1\n"
        );
        string[] given = parameter.Length == 0 ? [] : ["--param", parameter];

        var code = await terminal.RunAsync(["indicators", "compute", type, .. given, "--data", bars]);

        Assert.Equal(1, code);
        Assert.Contains(words, terminal.Error);
        Assert.Empty(terminal.Out);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        using var terminal = new Terminal();

        Assert.Equal(1, await terminal.RunAsync("indicators", "compute", "rsi", "--data", "gone.csv"));
        Assert.Contains(Path.Combine(terminal.Home, "gone.csv"), terminal.Error);
    }
}
