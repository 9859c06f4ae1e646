using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>The compose file is one by its specification, and what it names is there. Whether the containers do what they should can
/// only be seen where they run.</summary>
public sealed class ComposeTests
{
    private static readonly JsonSchema s_specification = new(
        JsonNode.Parse(
            File.ReadAllText(
                Path.Combine(
                    Shared.Repository,
                    "tests",
                    "Ktrdr.System.Tests",
                    "Deploy",
                    "ComposeSpec",
                    "compose-spec.json"
                )
            )
        )!
    );

    private static JsonNode Compose => Yaml.Read(Deploy.At("compose.yaml"));

    private static JsonObject Services => Compose["services"]!.AsObject();

    [Fact]
    public void It_is_a_compose_file_by_the_specification() => Assert.Empty(s_specification.Complaints(Compose));

    [Theory]
    [InlineData("ktrdr", "netwrok_mode", "service:prometheus")]
    [InlineData("jaeger", "ports", "16686:16686")]
    [InlineData("grafana", "restart", true)]
    public void A_slip_would_be_found(string service, string key, object value)
    {
        var slip = Compose;
        slip["services"]![service]![key] = JsonValue.Create(value);

        Assert.NotEmpty(s_specification.Complaints(slip));
    }

    [Fact]
    public void Every_image_is_pinned_to_one_version()
    {
        var images = Services.Select(service => (string?)service.Value!["image"]).OfType<string>().ToArray();
        var bases = File.ReadLines(Deploy.At("Dockerfile"))
            .Where(line => line.StartsWith("FROM ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1]);

        Assert.Equal(
            ["prom/prometheus", "jaegertracing/jaeger", "grafana/grafana"],
            images.Select(image => image.Split(':')[0])
        );
        Assert.All(images.Concat(bases), image => Assert.Matches(@":v?\d+\.\d+\.\d+$", image));
    }

    [Fact]
    public void Every_folder_and_file_that_is_mounted_is_there()
    {
        var volumes = Compose["volumes"]!.AsObject().Select(volume => volume.Key).ToArray();
        var mounted = Services
            .SelectMany(service => service.Value!["volumes"] as JsonArray ?? [])
            .Select(mount => ((string)mount!).Split(':')[0])
            .ToArray();

        Assert.All(
            mounted,
            source => Assert.True(volumes.Contains(source) || Path.Exists(Deploy.At(source)), $"There is no {source}.")
        );
        Assert.All(volumes, volume => Assert.Contains(volume, mounted));
    }

    [Fact]
    public void No_port_is_open_to_other_machines()
    {
        var ports = Services.SelectMany(service => service.Value!["ports"] as JsonArray ?? []).ToArray();

        Assert.Equal(3, ports.Length);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", (string)port!, StringComparison.Ordinal));
    }

    [Fact]
    public void Prometheus_finds_the_server_where_it_listens()
    {
        // The server answers 127.0.0.1 alone, so whoever asks it must share its network.
        var targets = Yaml.Read(Deploy.At("prometheus/prometheus.yml"))["scrape_configs"]!
            .AsArray()
            .Select(job => job!["static_configs"]![0]!["targets"]!.AsArray().Select(target => (string)target!));

        Assert.Equal(["127.0.0.1:8000"], Assert.Single(targets));
        Assert.Equal("service:prometheus", (string?)Services["ktrdr"]!["network_mode"]);
    }

    [Theory]
    [InlineData("prometheus", "http://prometheus:9090")]
    [InlineData("jaeger", "http://jaeger:16686")]
    public void Grafana_asks_services_that_there_are(string type, string url)
    {
        var sources = Yaml.Read(Deploy.At("grafana/provisioning/datasources/datasources.yml"))[
            "datasources"
        ]!.AsArray();
        var source = Assert.Single(sources, source => (string?)source!["type"] == type)!;

        Assert.Equal(url, (string?)source["url"]);
        Assert.Contains(Services, service => service.Key == new Uri(url).Host);
    }

    [Fact]
    public void Grafana_shows_the_dashboard_first_and_finds_all_of_them_where_they_are_mounted()
    {
        var grafana = Services["grafana"]!;
        var providers = Yaml.Read(Deploy.At("grafana/provisioning/dashboards/dashboards.yml"))["providers"]!;
        var mount = grafana["volumes"]!.AsArray().Select(one => Regex.Replace((string)one!, ":ro$", "").Split(':'));
        var (host, inside) = mount.Select(one => (one[0], one[1])).Single(one => one.Item1.EndsWith("/dashboards"));

        Assert.Equal(inside, (string?)providers[0]!["options"]!["path"]);
        var home = (string)grafana["environment"]!["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]!;
        Assert.True(File.Exists(Deploy.At(home.Replace(inside, host, StringComparison.Ordinal))));
    }
}
