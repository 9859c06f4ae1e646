using System.Globalization;
using System.Net;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Agent;

/// <summary>Reads the language model's settings, from the environment or any other configuration, by the same names.</summary>
internal static class AgentSettings
{
    /// <summary>The settings, with defaults where nothing is said.</summary>
    /// <exception cref="InvalidOperationException">A value makes no sense; the message names the setting, and the value unless
    /// it is secret.</exception>
    public static AgentOptions Read(IConfiguration configuration)
    {
        var otherwise = new AgentOptions();
        return otherwise with
        {
            Model = Text("AGENT_MODEL") ?? otherwise.Model,
            MaxTokens = (int)Whole("AGENT_MAX_TOKENS", otherwise.MaxTokens, 1, 1_000_000),
            TimeoutSeconds = Seconds("AGENT_TIMEOUT_SECONDS", otherwise.TimeoutSeconds),
            MaxRounds = (int)Whole("AGENT_MAX_ITERATIONS", otherwise.MaxRounds, 1, 1_000),
            MaxInputTokens = Whole("AGENT_MAX_INPUT_TOKENS", otherwise.MaxInputTokens, 1, 1_000_000_000),
            CycleLimit = Dollars("AGENT_CYCLE_LIMIT", otherwise.CycleLimit),
            CallLimit = Dollars("AGENT_CALL_LIMIT", otherwise.CallLimit),
            PricesFile = Text("AGENT_PRICES"),
            Key = Key(Text("ANTHROPIC_API_KEY"), Text("ANTHROPIC_API_KEY_FILE")),
            TellsContent = string.Equals(
                Text("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"),
                "true",
                StringComparison.OrdinalIgnoreCase
            ),
            BaseUrl = Text("ANTHROPIC_BASE_URL") is { } url ? Address(url) : otherwise.BaseUrl,
        };

        string? Text(string key) => configuration[key]?.Trim() is { Length: > 0 } text ? text : null;

        long Whole(string key, long usual, long minimum, long maximum) =>
            Text(key) is not { } text ? usual
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= minimum
            && value <= maximum
                ? value
            : throw Wrong(key, text, $"Use a whole number from {minimum} to {maximum}.");

        double Seconds(string key, double usual) =>
            Text(key) is not { } text ? usual
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and <= 86_400
                ? value
            : throw Wrong(key, text, "Use seconds, more than 0 and at most 86400.");

        Money? Dollars(string key, Money? usual) =>
            Text(key) is not { } text ? usual
            : string.Equals(text, "unlimited", StringComparison.OrdinalIgnoreCase) ? null
            : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= 1_000_000
            && decimal.Round(value, 9) == value
                ? Money.FromDollars(value)
            : throw Wrong(key, text, "Use dollars such as 0.5, to nine places, or unlimited.");
    }

    private static Secret? Key(string? key, string? file)
    {
        if (file is null)
        {
            return key is null ? null : Sendable(key, "ANTHROPIC_API_KEY");
        }

        if (file.StartsWith("sk-", StringComparison.Ordinal) && !File.Exists(file))
        {
            throw new InvalidOperationException(
                "ANTHROPIC_API_KEY_FILE holds what looks like a key instead of a file's path. Put a key into ANTHROPIC_API_KEY."
            );
        }

        // Two keys are a mistake whose bill somebody else might pay: ask instead of choosing.
        return key is null
            ? Sendable(Contents(file), $"The file of ANTHROPIC_API_KEY_FILE, '{file}',")
            : throw new InvalidOperationException(
                "ANTHROPIC_API_KEY and ANTHROPIC_API_KEY_FILE are both set. Keep one, so that it is clear which key pays."
            );
    }

    private static string Contents(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } key
                ? key
                : throw Wrong("ANTHROPIC_API_KEY_FILE", file, "That file is empty. Write the key into it.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Wrong("ANTHROPIC_API_KEY_FILE", file, $"That file cannot be read: {unreadable.Message}");
        }
    }

    private static Secret Sendable(string key, string where) =>
        key.All(letter => letter is > ' ' and <= '~')
            ? new Secret(key)
            : throw new InvalidOperationException(
                $"{where} holds something that cannot be a key: it has spaces, line breaks or letters beyond ASCII. "
                    + "Put the key there and nothing else."
            );

    private static Uri Address(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw Wrong("ANTHROPIC_BASE_URL", text, "Use an address such as https://api.anthropic.com.");
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw new InvalidOperationException(
                "ANTHROPIC_BASE_URL has a user, a query or a fragment. Use an address such as https://api.anthropic.com."
            );
        }

        return url.Scheme == "https" || IsHere(url)
            ? url
            : throw Wrong(
                "ANTHROPIC_BASE_URL",
                text,
                "The key would travel in the clear. Use https; plain http is for this machine only."
            );
    }

    private static bool IsHere(Uri url) =>
        url.IdnHost == "localhost"
        || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static InvalidOperationException Wrong(string key, string value, string next) =>
        new($"{key} is '{value}'. {next}");
}
