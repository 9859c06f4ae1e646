using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ktrdr.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server.Tests;

/// <summary>What holds of all that is exported, whatever it says.</summary>
public sealed class MetricsRulesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_figures_are_sent_those_of_the_last_moment_are_among_them()
    {
        var cycles = 0L;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, more, _, _) => Interlocked.Add(ref cycles, more));
        await using (
            var server = await RunningServer.StartWithAsync(
                ("AGENT_PROVIDER", "scripted"),
                ("STUB_WORKER_DELAY", "0"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
            )
        )
        {
            var meter = server.Services.GetRequiredService<Instruments>().Meter;
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == meter && instrument.Name == "agent_cycles_total")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            listener.Start();
            var cycle = await server.Client.TriggerAsync(new TriggerRequest(), Token);
            await server.Client.WaitAsync(cycle.OperationId, Token);
        }

        Assert.Equal(1, cycles);
    }

    [Fact]
    public async Task More_cycles_add_no_series()
    {
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();
        var before = await server.ScrapeAsync();
        for (var cycle = 0; cycle < 5; cycle++)
        {
            await server.CycleAsync();
        }

        var after = await server.ScrapeAsync();

        Assert.Equal(before.Values.Keys.Order(), after.Values.Keys.Order());
    }

    [Fact]
    public async Task Prometheus_own_checker_finds_nothing_to_complain_of()
    {
        const string checker = "/usr/bin/promtool";
        Assert.SkipUnless(File.Exists(checker), "promtool (Debian: prometheus) is not installed");
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();
        await server.CycleAsync();
        var text = (await server.ScrapeAsync()).Text;

        using var promtool = Process.Start(
            new ProcessStartInfo(checker, ["check", "metrics"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said =
            await promtool.StandardOutput.ReadToEndAsync(Token) + await promtool.StandardError.ReadToEndAsync(Token);
        await promtool.WaitForExitAsync(Token);

        Assert.Equal(("", 0), (said, promtool.ExitCode));
    }

    [Fact]
    public async Task The_manual_has_every_metric_with_its_type_and_its_labels_and_no_other()
    {
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();

        var scrape = await server.ScrapeAsync();

        Assert.Equal(
            scrape
                .Types.Select(one => $"{one.Key} {one.Value} {string.Join(", ", scrape.LabelsOf(one.Key))}")
                .Order(StringComparer.Ordinal),
            MetricsManual
                .Read()
                .Select(one => $"{one.Key} {one.Value.Type} {one.Value.Labels}")
                .Order(StringComparer.Ordinal)
        );
    }
}
