using System.Text.Json;
using Anthropic.Exceptions;

namespace Ktrdr.Agent;

/// <summary>Sorts what can go wrong with a request by the one question that matters for the bill: had a reply begun?</summary>
/// <param name="options">Whose key must not appear in any message.</param>
/// <param name="time">Turns a date to come back at into a wait.</param>
/// <param name="headers">The headers that came, if any.</param>
/// <param name="begun">Whether a reply had begun.</param>
/// <param name="overdue">Which time ran out, or null.</param>
internal sealed class Failure(
    AgentOptions options,
    TimeProvider time,
    ResponseHeaders headers,
    bool begun,
    string? overdue
)
{
    private const int MostWords = 300;

    /// <summary>Whether a failure is one of the wire or the provider, and no mistake of ours.</summary>
    public static bool IsExpected(Exception failed) =>
        failed
            is AnthropicException
                or HttpRequestException
                or IOException
                or InvalidDataException
                or JsonException
                or OperationCanceledException;

    /// <summary>What came of a request that failed so.</summary>
    public Answer Of(Exception failed) =>
        failed switch
        {
            _ when overdue is not null => new Answer.Unknown(overdue, Overdue(overdue)),
            AnthropicApiException refused => Refused(refused),
            AnthropicSseException told => Told(told.Message),
            AnthropicIOException { InnerException: { } broken } => Broken(broken),
            HttpRequestException broken => Broken(broken),
            InvalidDataException endless => new Answer.Unknown(Silence.Malformed, endless.Message),
            IOException cut => new Answer.Unknown(Silence.Reset, Plain(cut.Message)),
            OperationCanceledException => new Answer.Unknown(Silence.Reset, "the request was given up"),
            _ => new Answer.Unknown(Silence.Malformed, Plain(failed.Message)),
        };

    private Answer.NotBilled Refused(AnthropicApiException refused)
    {
        var (kind, message) = Envelope(refused.ResponseBody);
        var status = (int)refused.StatusCode;
        return new Answer.NotBilled(
            kind ?? $"http_{status}",
            status,
            headers.RetryAfter(time.GetUtcNow()),
            Plain(message ?? $"HTTP status {status}")
        );
    }

    private Answer Told(string words)
    {
        // The package wraps the event into a sentence of its own.
        var (open, close) = (words.IndexOf('{'), words.LastIndexOf('}'));
        var (kind, message) = open >= 0 && open < close ? Envelope(words[open..(close + 1)]) : (null, null);
        return begun
            ? new Answer.Unknown(kind ?? "error", Plain(message ?? "an error in the middle of the reply"))
            : new Answer.NotBilled(kind ?? "error", null, null, Plain(message ?? "an error instead of a reply"));
    }

    private Answer Broken(HttpRequestException broken) =>
        broken.HttpRequestError
            is HttpRequestError.NameResolutionError
                or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError
            ? new Answer.NotBilled(
                "connect",
                null,
                null,
                Plain($"{options.BaseUrl.Authority} cannot be reached: {(broken.InnerException ?? broken).Message}")
            )
            : new Answer.Unknown(Silence.Reset, Plain((broken.InnerException ?? broken).Message));

    private string Overdue(string what) =>
        what switch
        {
            Silence.TimedOut => $"no whole reply within {options.TimeoutSeconds:0.###} s",
            Silence.NeverBegan => $"no reply began within {options.Patience.FirstEvent.TotalSeconds:0.###} s",
            _ => $"nothing more came for {options.Patience.Idle.TotalSeconds:0.###} s",
        };

    private static (string? Kind, string? Message) Envelope(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.Object
                ? (Word(error, "type"), Word(error, "message"))
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string? Word(JsonElement error, string name) =>
        error.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;

    // Somebody else's words on their way to a terminal and a log: one line, not long, and never with the key.
    private string Plain(string words)
    {
        var clean = string.Join(
            ' ',
            (options.Key?.CutFrom(words) ?? words).Split(
                [.. words.Where(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)).Distinct()],
                StringSplitOptions.RemoveEmptyEntries
            )
        );
        return clean.Length <= MostWords ? clean : clean[..MostWords] + "…";
    }
}
