using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ktrdr.Server.Tests;

/// <summary>How much is logged, and how a line of it looks to a machine.</summary>
public sealed class LogTests
{
    [Theory]
    [InlineData(null, LogLevel.Warning, LogLevel.Warning)]
    [InlineData("", LogLevel.Warning, LogLevel.Warning)]
    [InlineData("Trace", LogLevel.Trace, LogLevel.Warning)]
    [InlineData(" debug ", LogLevel.Debug, LogLevel.Warning)]
    [InlineData("INFORMATION", LogLevel.Information, LogLevel.Warning)]
    [InlineData("error", LogLevel.Error, LogLevel.Error)]
    [InlineData("none", LogLevel.None, LogLevel.None)]
    public void The_level_is_for_what_ktrdr_says_and_others_say_warnings_at_most(
        string? value,
        LogLevel own,
        LogLevel others
    )
    {
        var settings = LogSettings.Read(With("KTRDR_LOG_LEVEL", value), toTerminal: true);

        Assert.Equal((own, others), (settings.Level, settings.LevelOfOthers));
    }

    [Theory]
    [InlineData(null, true, false)]
    [InlineData(null, false, true)]
    [InlineData("json", true, true)]
    [InlineData("Text", false, false)]
    public void People_at_a_terminal_get_text_and_everybody_else_JSON_unless_the_setting_says(
        string? value,
        bool toTerminal,
        bool json
    ) => Assert.Equal(json, LogSettings.Read(With("KTRDR_LOG_FORMAT", value), toTerminal).Json);

    [Theory]
    [InlineData(
        "KTRDR_LOG_LEVEL",
        "loud",
        "KTRDR_LOG_LEVEL is 'loud'. Use one of Trace, Debug, Information, Warning, Error, Critical, None."
    )]
    [InlineData(
        "KTRDR_LOG_LEVEL",
        "2",
        "KTRDR_LOG_LEVEL is '2'. Use one of Trace, Debug, Information, Warning, Error, Critical, None."
    )]
    [InlineData("KTRDR_LOG_FORMAT", "xml", "KTRDR_LOG_FORMAT is 'xml'. Use json or text.")]
    public void A_value_that_makes_no_sense_is_named_with_those_that_do(string setting, string value, string message)
    {
        var refused = Assert.Throws<InvalidOperationException>(() =>
            LogSettings.Read(With(setting, value), toTerminal: true)
        );

        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void A_line_is_one_flat_object_of_what_happened_and_what_it_is_about()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var trace = scopes.Push(
            new Dictionary<string, object?>
            {
                ["SpanId"] = "b7ad6b7169203331",
                ["TraceId"] = "0af7651916cd43dd8448eb211c80319c",
            }
        );
        using var attempt = scopes.Push(
            new Dictionary<string, object?>
            {
                ["OperationId"] = "op_of_the_scope",
                ["OperationType"] = "agent_design",
                ["Attempt"] = 2,
                ["TraceId"] = "11111111111111111111111111111111",
                ["{OriginalFormat}"] = "{OperationId}",
            }
        );
        KeyValuePair<string, object?>[] state =
        [
            new("OperationId", "op_1"),
            new("Write", "outcome"),
            new("Took", 0.5),
            new("Status", OperationStatus.Completed),
            new("Nothing", null),
            new("{OriginalFormat}", "Operation {OperationId}"),
        ];

        Assert.Equal(
            """
            {"time":"2026-01-01T12:00:00.250Z","level":"error","event":"write_failed","event_id":226,"category":"Ktrdr.Operations.Troubles","message":"its \"outcome\" → 5 > 3\n","exception":"System.IO.IOException: no room in '/home'","operation_id":"op_1","write":"outcome","took":0.5,"status":"completed","span_id":"b7ad6b7169203331","trace_id":"0af7651916cd43dd8448eb211c80319c","operation_type":"agent_design","attempt":2,"phase":"designing"}

            """,
            Written(state, new IOException("no room in '/home'"), scopes)
        );
    }

    [Fact]
    public void A_line_about_nothing_in_particular_has_nothing_more()
    {
        Assert.Equal(
            """
            {"time":"2026-01-01T12:00:00.250Z","level":"error","event":"write_failed","event_id":226,"category":"Ktrdr.Operations.Troubles","message":"its \"outcome\" → 5 > 3\n"}

            """,
            Written([], null, null)
        );
    }

    private static string Written(
        KeyValuePair<string, object?>[] state,
        Exception? exception,
        IExternalScopeProvider? scopes
    )
    {
        var written = new StringWriter();
        new JsonLines(new Noon()).Write(
            new LogEntry<KeyValuePair<string, object?>[]>(
                LogLevel.Error,
                "Ktrdr.Operations.Troubles",
                new EventId(226, "write_failed"),
                state,
                exception,
                (_, _) => "its \"outcome\" → 5 > 3\n"
            ),
            scopes,
            written
        );
        return written.ToString();
    }

    private static IConfiguration With(string setting, string? value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 12, 0, 0, 250, TimeSpan.Zero);
    }
}
