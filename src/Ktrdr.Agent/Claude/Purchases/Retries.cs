using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>Whether a request that failed is worth another, and what to say when it is not.</summary>
internal static class Retries
{
    /// <summary>Attempts one exchange may take in all.</summary>
    public const int Attempts = 3;

    /// <summary>The longest that the provider may ask us to wait.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_backOff = TimeSpan.FromSeconds(2);

    private static readonly string[] s_aboutMoney = ["credit balance", "billing", "spend", "usage limit"];

    /// <summary>A chance from 0 to 1 that every purchase and every attempt has of its own, and always the same one.</summary>
    /// <param name="operationId">The operation that pays.</param>
    /// <param name="key">The purchase's key.</param>
    /// <param name="attempt">Which attempt failed, from 1.</param>
    public static double Chance(string operationId, string key, int attempt) =>
        (uint)new Seed(attempt).Derive($"{operationId}/{key}").Value / (double)uint.MaxValue;

    /// <summary>How long to wait before the next attempt, or why there is none.</summary>
    /// <param name="failure">What came of the attempt.</param>
    /// <param name="attempt">Which it was, from 1.</param>
    /// <param name="chance">From 0 to 1: spreads those who wait, so that they do not come back together.</param>
    /// <param name="now">The time.</param>
    public static Next After(Answer failure, int attempt, double chance, DateTimeOffset now) =>
        failure switch
        {
            Answer.NotBilled refused when IsAboutMoney(refused) => Stop(
                "provider_spend_limit",
                $"The provider refuses to be paid: {Words(refused)}.",
                "Raise the limit or add credit in the provider's console, or use AGENT_PROVIDER=local, which costs nothing."
            ),
            Answer.NotBilled { RetryAfter: { } wait } busy when wait > LongestWait && IsTransient(busy) => Stop(
                "model_unavailable",
                $"The provider wants to be asked again in {wait.TotalSeconds:0} s: {Words(busy)}.",
                $"Try again after {now + wait:yyyy-MM-dd HH:mm:ss} UTC."
            ),
            Answer.NotBilled refused when !IsTransient(refused) => Refused(refused),
            Answer.Unknown { Kind: Silence.Malformed } strange => Stop(
                "model_reply_malformed",
                $"What came back is no reply of a language model: {strange.Message}.",
                "Check ANTHROPIC_BASE_URL. If it is right, try again; the attempt was charged in full because its cost is unknown."
            ),
            _ when attempt >= Attempts => Stop(
                "model_unavailable",
                $"No reply in {Attempts} attempts; the last one ended so: {Words(failure)}.",
                "Try again later, or use AGENT_PROVIDER=local, which asks nobody."
            ),
            Answer.NotBilled { RetryAfter: { } wait } => new Next.Wait(wait),
            _ => new Next.Wait(s_backOff * Math.Pow(2, attempt - 1) * (0.5 + (0.5 * chance))),
        };

    /// <summary>The failure in a few words: what it was and what was said.</summary>
    public static string Words(Answer failure) =>
        failure switch
        {
            Answer.NotBilled { Status: { } status } refused => $"{refused.Message} ({status} {refused.Kind})",
            Answer.NotBilled refused => $"{refused.Message} ({refused.Kind})",
            Answer.Unknown unknown => $"{unknown.Message} ({unknown.Kind})",
            _ => "",
        };

    /// <summary>What a waiting person is told.</summary>
    public static string Trouble(Answer failure) =>
        failure switch
        {
            Answer.NotBilled { Kind: "connect" } => "Claude cannot be reached",
            Answer.NotBilled => "Claude is busy",
            Answer.Unknown { Kind: Silence.TimedOut or Silence.NeverBegan or Silence.Stalled } => "Claude fell silent",
            _ => "Claude's reply broke off",
        };

    // An error in the stream has no status; its kind is one of the same words.
    private static bool IsTransient(Answer.NotBilled refused) =>
        refused.Status is { } status
            ? status is 408 or 409 or 429 or >= 500
            : refused.Kind is "connect" or "overloaded_error" or "api_error" or "rate_limit_error" or "timeout_error";

    private static bool IsAboutMoney(Answer.NotBilled refused) =>
        refused is { Status: 402 } or { Kind: "billing_error" }
        || (
            refused.Status is null or (>= 400 and < 500)
            && s_aboutMoney.Any(word => refused.Message.Contains(word, StringComparison.OrdinalIgnoreCase))
        );

    private static Next.GiveUp Refused(Answer.NotBilled refused) =>
        (refused.Status, refused.Kind) switch
        {
            (401 or 403, _) or (null, "authentication_error" or "permission_error") => Stop(
                "api_key_refused",
                $"The provider does not accept the key: {Words(refused)}.",
                "Check ANTHROPIC_API_KEY (or ANTHROPIC_API_KEY_FILE) and what the key may do."
            ),
            (404, _) or (null, "not_found_error") => Stop(
                "model_not_found",
                $"The provider does not know what was asked for: {Words(refused)}.",
                "Check AGENT_MODEL and ANTHROPIC_BASE_URL; ktrdr models lists the models."
            ),
            (413, _) or (null, "request_too_large") => Stop(
                "model_request_refused",
                $"The request is too large for the provider: {Words(refused)}.",
                "Lower AGENT_MAX_INPUT_TOKENS or shorten the brief."
            ),
            (>= 300 and < 400, _) => Stop(
                "model_request_refused",
                $"The provider's address leads elsewhere, and the key is not sent on: {Words(refused)}.",
                "Set ANTHROPIC_BASE_URL to the address itself."
            ),
            _ => Stop(
                "model_request_refused",
                $"The provider refused the request: {Words(refused)}.",
                "Choose another model with AGENT_MODEL, or use AGENT_PROVIDER=local. The same request would be refused again."
            ),
        };

    private static Next.GiveUp Stop(string code, string message, string next) =>
        new(new OperationError(code, message, next));
}

/// <summary>What to do after an attempt failed.</summary>
internal abstract record Next
{
    private Next() { }

    /// <summary>Try again after a while.</summary>
    public sealed record Wait(TimeSpan For) : Next;

    /// <summary>Fail, saying this.</summary>
    public sealed record GiveUp(OperationError Error) : Next;
}
