using System.Net;
using System.Net.Sockets;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;

namespace Ktrdr.Server.Tests;

public sealed class ExaminationTests : IDisposable
{
    private static readonly CancellationToken Cancellation = CancellationToken.None;

    // The machine of a test may be busy; whoever is not there refuses at once.
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);
    private readonly string _home = RunningServer.NewHome();

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task An_empty_home_is_healthy_and_stays_empty()
    {
        var found = await FindAsync(_home);

        Assert.True(found.Healthy);
        Assert.Equal(
            ["home", "disk", "server", "database", "port 8000", "datasets", "settings", "key", "telemetry", "clock"],
            found.Findings.Select(finding => finding.What)
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home));
    }

    [Fact]
    public async Task A_served_home_is_looked_at_while_a_cycle_runs_and_names_its_server()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        await server.Client.TriggerAsync(new TriggerRequest(), Cancellation);

        var found = await FindAsync(server.Home);

        Assert.True(found.Healthy);
        Assert.Contains($"process {Environment.ProcessId} serves this home at", Of(found, "server").Value);
        Assert.StartsWith("whole; ", Of(found, "database").Value);
    }

    [Fact]
    public async Task A_home_at_rest_is_left_exactly_as_it_was()
    {
        using var hosted = new TemporaryFolder();
        await using (
            var host = await HostedServer.StartAsync(hosted.Path, 0, anotherIfTaken: true, roles: null, Cancellation)
        )
        {
            Assert.True(await host.Client.ReadyAsync(Cancellation));
        }

        var before = hosted.Entries();
        Assert.Contains(before, entry => entry.Contains("ktrdr.db ", StringComparison.Ordinal));

        Assert.True((await FindAsync(hosted.Path)).Healthy);
        Assert.Equal(before, hosted.Entries());
    }

    [Fact]
    public async Task Whoever_holds_the_home_without_serving_it_is_named()
    {
        using var hold = HomeLock.TryAcquire(_home, new HomeHolder(Environment.ProcessId, Url: null));

        var server = Of(await FindAsync(_home), "server");

        Assert.Equal("warning", server.Level);
        Assert.Contains($"process {Environment.ProcessId} holds the home and serves nobody", server.Value);
    }

    [Fact]
    public async Task A_worker_in_the_home_is_nothing_to_worry_about()
    {
        using var hold = HomeLock.TryAcquire(_home, new HomeHolder(Environment.ProcessId, Url: null, IsWorker: true));

        var server = Of(await FindAsync(_home), "server");

        Assert.Equal("ok", server.Level);
        Assert.Contains("works here for servers elsewhere", server.Value);
        Assert.Contains("--url", server.Value);
    }

    [Fact]
    public async Task Whoever_holds_the_home_and_does_not_answer_is_wrong()
    {
        using var hold = HomeLock.TryAcquire(
            _home,
            new HomeHolder(Environment.ProcessId, $"http://127.0.0.1:{ClosedPort()}")
        );
        Assert.Equal("wrong", Of(await FindAsync(_home), "server").Level);
    }

    [Fact]
    public async Task A_server_that_was_named_must_answer()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Contains(server.Home, Of(await FindAsync(_home, server.Url), "server").Value);
        var gone = new Uri($"http://127.0.0.1:{ClosedPort()}");
        Assert.Equal("wrong", Of(await FindAsync(_home, gone), "server").Level);
    }

    [Fact]
    public async Task A_port_is_free_or_ours_or_a_neighbours_or_a_strangers()
    {
        await using var server = await RunningServer.StartAsync();
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();

        Assert.Equal((FindingLevel.Ok, "free"), await PortAsync(ClosedPort(), _home));
        Assert.Equal((FindingLevel.Ok, "this home's own server"), await PortAsync(server.Url.Port, server.Home));
        Assert.Equal(
            (FindingLevel.Warning, $"taken by the server of another home, {server.Home}"),
            await PortAsync(server.Url.Port, _home)
        );
        Assert.Equal(
            (FindingLevel.Warning, "taken by another program"),
            // It never answers, so however little patience there is must run out.
            await PortAsync(((IPEndPoint)stranger.LocalEndpoint).Port, _home, TimeSpan.FromMilliseconds(100))
        );
    }

    [Fact]
    public async Task Every_setting_that_makes_no_sense_is_named_at_once_and_a_slip_in_a_name_too()
    {
        var found = await FindAsync(
            _home,
            null,
            ("AGENT_DAILY_BUDGET", "lots"),
            ("STUB_WORKER_DELAY", "soon"),
            ("AGENT_PROVIDR", "local"),
            ("PATH", "/bin")
        );

        Assert.Equal((false, 2), (found.Healthy, found.Wrong));
        Assert.Contains("AGENT_DAILY_BUDGET is 'lots'", Of(found, "setting AGENT_DAILY_BUDGET").Why);
        Assert.Contains("STUB_WORKER_DELAY is 'soon'", Of(found, "setting STUB_WORKER_DELAY").Why);
        Assert.Contains("Did you mean AGENT_PROVIDER?", Of(found, "setting AGENT_PROVIDR").Fix);
    }

    [Fact]
    public async Task Settings_that_do_not_go_together_are_named()
    {
        var file = Path.Combine(_home, "key");
        File.WriteAllText(file, "sk-one");
        var found = await FindAsync(_home, null, ("ANTHROPIC_API_KEY", "sk-two"), ("ANTHROPIC_API_KEY_FILE", file));

        Assert.Contains("are both set", Of(found, "settings").Why);
    }

    [Fact]
    public async Task Every_setting_of_the_manual_is_known()
    {
        var manual = File.ReadLines(Path.Combine(Shared.Repository, "docs", "settings.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .ToList();
        Assert.Contains("AGENT_MODEL", manual);

        var found = await FindAsync(_home, null, [.. manual.Select(name => (name, "1"))]);

        Assert.DoesNotContain(found.Findings, finding => finding.Value == "set, and nobody reads it");
    }

    [Fact]
    public async Task No_secret_is_ever_shown()
    {
        const string Secret = "sk-very-secret";
        var found = await FindAsync(
            _home,
            null,
            ("ANTHROPIC_API_KEY", Secret),
            ("AGENT_API_KEY", Secret),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://me:{Secret}@127.0.0.1:{ClosedPort()}")
        );

        Assert.DoesNotContain(Secret, string.Concat(found.Findings));
        Assert.StartsWith("there is one; claude-", Of(found, "key").Value);
    }

    [Fact]
    public async Task A_model_nobody_knows_is_found_before_a_trigger_is_refused_for_it()
    {
        var key = Of(await FindAsync(_home, null, ("ANTHROPIC_API_KEY", "sk-x"), ("AGENT_MODEL", "gpt")), "key");

        Assert.Equal("wrong", key.Level);
        Assert.Contains("There is no model 'gpt'", key.Why);
    }

    [Fact]
    public async Task A_collector_of_telemetry_listens_or_not()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var there = $"http://127.0.0.1:{((IPEndPoint)collector.LocalEndpoint).Port}";

        Assert.Equal("ok", await TelemetryAsync(there));
        Assert.Equal("warning", await TelemetryAsync($"http://127.0.0.1:{ClosedPort()}"));
        Assert.Equal("warning", await TelemetryAsync("over there"));
        var headers = await FindingAsync(there, ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization: Bearer hush"));
        Assert.Equal(
            ("warning", "OTEL_EXPORTER_OTLP_HEADERS is no list of name=value"),
            (headers.Level, headers.Value)
        );

        async Task<string> TelemetryAsync(string endpoint) => (await FindingAsync(endpoint)).Level;

        async Task<FindingView> FindingAsync(string endpoint, params (string, string)[] more) =>
            Of(await FindAsync(_home, null, [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), .. more]), "telemetry");
    }

    private static Task<ExaminationView> FindAsync(
        string home,
        Uri? server = null,
        params (string Key, string Value)[] variables
    ) =>
        new Examination(
            home,
            server,
            variables.ToDictionary(one => one.Key, one => (string?)one.Value),
            ["KTRDR_HOME", "KTRDR_API_URL"],
            TimeProvider.System
        )
        {
            Patience = s_long,
        }.FindAsync(Cancellation);

    private static FindingView Of(ExaminationView found, string what) =>
        Assert.Single(found.Findings, finding => finding.What == what);

    private static async Task<(FindingLevel, string)> PortAsync(int port, string home, TimeSpan? patience = null)
    {
        var check = new PortCheck(patience ?? s_long);
        var finding = await check.OfAsync(port, new HomeFolder(home), holder: null, Cancellation);
        return (finding.Level, finding.Value);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = RunningServer.NewHome();

        public string[] Entries() =>
            [
                .. new DirectoryInfo(Path)
                    .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                    .Select(entry => $"{entry.FullName} {entry.LastWriteTimeUtc:O}")
                    .Order(StringComparer.Ordinal),
            ];

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
