using System.Diagnostics;
using System.Globalization;
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

    private Prometheus(Process process, string folder, Uri url) =>
        (_process, _folder, _api) = (process, folder, new HttpClient { BaseAddress = url });

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
        var url = await ListensAsync(process);
        _ = process.StandardError.ReadToEndAsync();
        return new Prometheus(process, folder, url);
    }

    /// <summary>What an expression comes to now, series by series.</summary>
    /// <exception cref="InvalidOperationException">It is no expression.</exception>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string expression)
    {
        using var response = await _api.PostAsync(
            "api/v1/query",
            new FormUrlEncodedContent([KeyValuePair.Create("query", expression)])
        );
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        if ((string?)answer["status"] != "success")
        {
            throw new InvalidOperationException($"{expression}: {answer["error"]}");
        }

        return
        [
            .. answer["data"]!["result"]!
                .AsArray()
                .Select(series => new Sample(
                    series!["metric"]!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!),
                    Number((string)series["value"]![1]!)
                )),
        ];
    }

    /// <summary>Waits until an expression comes to anything at all.</summary>
    public async Task UntilAsync(string expression)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var next = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while ((await QueryAsync(expression)).Count == 0)
            {
                await next.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"{expression} never came to anything.", late);
        }
    }

    /// <summary>Waits until every target was scraped once more from now on.</summary>
    public Task ScrapeAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        return UntilAsync(string.Create(CultureInfo.InvariantCulture, $"min(timestamp(up) * up) > {now:0.000}"));
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

    private static async Task<Uri> ListensAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, @"msg=""Listening on"" address=(127\.0\.0\.1:\d+)") is { Success: true } told)
            {
                return new Uri($"http://{told.Groups[1].Value}");
            }
        }

        throw new InvalidOperationException("Prometheus ended before it listened.");
    }

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };
}

/// <summary>What one series came to.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);
