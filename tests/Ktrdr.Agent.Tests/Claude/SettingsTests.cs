using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>Settings are read strictly, and the key is shown to nobody.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ktrdr-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Read();

        Assert.Equal(
            ("opus", 4_096, 300, 10, 50_000L),
            (options.Model, options.MaxTokens, options.TimeoutSeconds, options.MaxRounds, options.MaxInputTokens)
        );
        Assert.Equal(
            (Money.FromDollars(0.50m), Money.FromDollars(0.25m)),
            (options.CycleLimit!.Value, options.CallLimit!.Value)
        );
        Assert.Null(options.Key);
        Assert.Equal("https://api.anthropic.com/", options.BaseUrl.AbsoluteUri);
    }

    [Fact]
    public void The_manual_states_the_defaults_that_hold()
    {
        var stated = File.ReadLines(Path.Combine(Shared.Repository, "docs", "settings.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|').Select(cell => cell.Trim(' ', '`')).ToArray())
            .Where(cells => cells[2] != "unset" && cells[1].StartsWith('A'))
            .ToDictionary(cells => cells[1], cells => (string?)cells[2]);
        var names = (string[])
            [
                "AGENT_MODEL",
                "AGENT_MAX_TOKENS",
                "AGENT_MAX_INPUT_TOKENS",
                "AGENT_MAX_ITERATIONS",
                "AGENT_TIMEOUT_SECONDS",
                "AGENT_CYCLE_LIMIT",
                "AGENT_CALL_LIMIT",
                "ANTHROPIC_BASE_URL",
            ];

        Assert.Equal(Read(), Read([.. names.Select(name => (name, stated[name]!))]));
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var options = Read(
            ("AGENT_MODEL", " haiku "),
            ("AGENT_MAX_TOKENS", "2048"),
            ("AGENT_TIMEOUT_SECONDS", "2.5"),
            ("AGENT_MAX_ITERATIONS", "3"),
            ("AGENT_MAX_INPUT_TOKENS", "9000"),
            ("AGENT_CYCLE_LIMIT", "unlimited"),
            ("AGENT_CALL_LIMIT", "0.000000001"),
            ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9/")
        );

        Assert.Equal(
            ("haiku", 2_048, 2.5, 3, 9_000L),
            (options.Model, options.MaxTokens, options.TimeoutSeconds, options.MaxRounds, options.MaxInputTokens)
        );
        Assert.Null(options.CycleLimit);
        Assert.Equal(new Money(1), options.CallLimit);
    }

    [Theory]
    [InlineData("AGENT_MAX_TOKENS", "0")]
    [InlineData("AGENT_MAX_TOKENS", "1,024")]
    [InlineData("AGENT_TIMEOUT_SECONDS", "NaN")]
    [InlineData("AGENT_TIMEOUT_SECONDS", "1e309")]
    [InlineData("AGENT_MAX_ITERATIONS", "-1")]
    [InlineData("AGENT_MAX_INPUT_TOKENS", "many")]
    [InlineData("AGENT_CYCLE_LIMIT", "-1")]
    [InlineData("AGENT_CALL_LIMIT", "0.0000000001")]
    [InlineData("ANTHROPIC_BASE_URL", "api.anthropic.com")]
    [InlineData("ANTHROPIC_BASE_URL", "ftp://127.0.0.1/")]
    public void A_value_that_makes_no_sense_is_refused_with_its_name(string key, string value)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Read((key, value)));

        Assert.StartsWith($"{key} is '{value}'. ", refused.Message);
    }

    [Theory]
    [InlineData("http://proxy.example/")]
    [InlineData("http://10.0.0.1:8080")]
    [InlineData("http://localhost.example.com")]
    public void Plain_http_to_another_machine_is_refused_because_the_key_would_be_read(string url) =>
        Assert.Contains(
            "in the clear",
            Assert.Throws<InvalidOperationException>(() => Read(("ANTHROPIC_BASE_URL", url))).Message
        );

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://[::1]:1")]
    [InlineData("https://gateway.example/claude")]
    public void Plain_http_on_this_machine_and_https_anywhere_are_taken(string url) =>
        Assert.Equal(new Uri(url), Read(("ANTHROPIC_BASE_URL", url)).BaseUrl);

    [Fact]
    public void The_key_may_lie_in_a_file()
    {
        var file = Write("sk-from-a-file\n");

        Assert.Equal("sk-from-a-file", Read(("ANTHROPIC_API_KEY_FILE", file)).Key!.Reveal());
    }

    [Fact]
    public void An_empty_or_missing_key_file_is_refused()
    {
        Assert.Contains("empty", Refused(("ANTHROPIC_API_KEY_FILE", Write(" \n"))));
        Assert.Contains("cannot be read", Refused(("ANTHROPIC_API_KEY_FILE", Path.Combine(_folder, "nothing"))));
    }

    [Fact]
    public void A_key_in_the_place_of_its_file_is_not_shown()
    {
        var message = Refused(("ANTHROPIC_API_KEY_FILE", "sk-ant-secret"));

        Assert.Contains("ANTHROPIC_API_KEY_FILE", message);
        Assert.DoesNotContain("secret", message);
    }

    [Fact]
    public void Two_keys_are_refused_because_one_of_them_would_pay_unasked()
    {
        var message = Refused(("ANTHROPIC_API_KEY", "sk-one"), ("ANTHROPIC_API_KEY_FILE", Write("sk-two")));

        Assert.Contains("both set", message);
        Assert.DoesNotContain("sk-", message);
    }

    [Fact]
    public void A_key_that_no_header_could_carry_is_refused_without_being_shown()
    {
        var message = Refused(("ANTHROPIC_API_KEY", "sk-secret\nsecond line"));

        Assert.StartsWith("ANTHROPIC_API_KEY holds something that cannot be a key", message);
        Assert.DoesNotContain("sk-secret", message);
    }

    [Fact]
    public void The_key_is_shown_by_neither_its_words_nor_the_options_words_nor_json()
    {
        var options = Read(("ANTHROPIC_API_KEY", "sk-planted"));

        Assert.Equal("***", $"{options.Key}");
        Assert.DoesNotContain("sk-planted", options.ToString());
        Assert.DoesNotContain("sk-planted", System.Text.Json.JsonSerializer.Serialize(options));
    }

    private static AgentOptions Read(params (string Key, string Value)[] settings) =>
        AgentSettings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
                .Build()
        );

    private static string Refused(params (string Key, string Value)[] settings) =>
        Assert.Throws<InvalidOperationException>(() => Read(settings)).Message;

    private string Write(string content)
    {
        var file = Path.Combine(_folder, "key");
        File.WriteAllText(file, content);
        return file;
    }
}
