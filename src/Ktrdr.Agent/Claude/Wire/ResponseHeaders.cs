using System.Globalization;

namespace Ktrdr.Agent;

/// <summary>What a response says beside its body, and its signs of life.</summary>
/// <param name="heard">Called for every piece of the body.</param>
internal sealed class ResponseHeaders(Action heard)
{
    private string? _retryAfter;

    /// <summary>What kind of body came, such as <c>text/event-stream</c>; empty before any did.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>Takes note of a response on its way to the package.</summary>
    public async Task<HttpResponseMessage> HearAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        _retryAfter = response.Headers.TryGetValues("retry-after", out var values) ? values.FirstOrDefault() : null;
        Kind = response.Content.Headers.ContentType?.MediaType ?? "";
        var content = new StreamContent(
            new HeardStream(await response.Content.ReadAsStreamAsync(cancellationToken), heard)
        );
        foreach (var (name, value) in response.Content.Headers)
        {
            content.Headers.TryAddWithoutValidation(name, value);
        }

        response.Content = content;
        return response;
    }

    /// <summary>How long the provider asks to wait, or null where it says nothing that makes sense.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now)
    {
        if (
            double.TryParse(_retryAfter, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0
        )
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.SecondsPerDay * 365d));
        }

        return
            DateTimeOffset.TryParseExact(
                _retryAfter,
                "r",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var day
            )
            && day > now
            ? day - now
            : null;
    }
}
