using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>A real Prometheus with the configuration and the rules of <c>deploy/</c>, only that it looks every second. Killed when
/// disposed of.</summary>
internal sealed class Prometheus : IDisposable
{
    /// <summary>The job of the server in the configuration.</summary>
    public const string Job = "ktrdr";

    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _api;
    private readonly int _targets;

    private Prometheus(Process process, string folder, Uri url, int targets) =>
        (_process, _folder, _api, _targets) = (process, folder, new HttpClient { BaseAddress = url }, targets);

    /// <summary>Why none can be started here, or null when one can.</summary>
    public static string? Missing { get; } =
        Tools.OnPath("prometheus") ? null : "Prometheus (Debian: prometheus) is not installed";

    /// <summary>Starts it and lets it scrape these targets, all of which it takes for servers of one database.</summary>
    public static async Task<Prometheus> StartAsync(params string[] targets)
    {
        var folder = Directory.CreateTempSubdirectory("ktrdr-prometheus-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        foreach (var rules in Directory.EnumerateFiles(Deploy.At("prometheus/rules")))
        {
            File.Copy(rules, Path.Combine(folder, "rules", Path.GetFileName(rules)));
        }

        var configuration = File.ReadAllText(Deploy.At("prometheus/prometheus.yml"))
            .Replace("_interval: 15s", "_interval: 1s", StringComparison.Ordinal)
            .Replace("- 127.0.0.1:8000", $"- {string.Join("\n          - ", targets)}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), configuration);

        var process = Process.Start(
            new ProcessStartInfo(
                "prometheus",
                [
                    $"--config.file={Path.Combine(folder, "prometheus.yml")}",
                    $"--storage.tsdb.path={Path.Combine(folder, "data")}",
                    "--web.listen-address=127.0.0.1:0",
                ]
            )
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        var url = await ReadyAsync(process);
        _ = process.StandardError.ReadToEndAsync();
        return new Prometheus(process, folder, url, targets.Length);
    }

    /// <summary>Waits until every target was scraped once more from now on.</summary>
    /// <returns>The moment of that scrape. What is asked of it later has the same answer.</returns>
    public async Task<Moment> ScrapeAsync()
    {
        var now = DateTimeOffset.UtcNow;
        using var patience = new CancellationTokenSource(Ended.Patience);
        using var next = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            // The time of each target's last scrape; 0 where it failed.
            var scrapes = await new Moment(_api, DateTimeOffset.UtcNow).QueryAsync("timestamp(up) * up");
            var times = scrapes.Select(scrape => DateTimeOffset.FromUnixTimeMilliseconds((long)(scrape.Value * 1_000)));
            if (scrapes.Count == _targets && times.All(time => time > now))
            {
                return new Moment(_api, times.Max());
            }

            await next.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>What is wrong with the rules, as Prometheus found when it tried them on what it scraped.</summary>
    public async Task<IReadOnlyList<string>> BrokenRulesAsync()
    {
        var answer = await _api.GetFromJsonAsync<JsonNode>("api/v1/rules");
        return
        [
            .. answer!["data"]!["groups"]!
                .AsArray()
                .SelectMany(group => group!["rules"]!.AsArray())
                .Where(rule => (string?)rule!["health"] != "ok")
                .Select(rule => $"{rule!["name"]}: {rule["health"]} {rule["lastError"]}"),
        ];
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // It listens before it answers: in between it is "Service Unavailable".
    private static async Task<Uri> ReadyAsync(Process process)
    {
        Uri? url = null;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, @"msg=""Listening on"" address=(127\.0\.0\.1:\d+)") is { Success: true } told)
            {
                url = new Uri($"http://{told.Groups[1].Value}");
            }
            else if (
                url is not null
                && line.Contains("Server is ready to receive web requests", StringComparison.Ordinal)
            )
            {
                return url;
            }
        }

        throw new InvalidOperationException("Prometheus ended before it was ready.");
    }
}
