using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>What some work paid to language models, in words; null where it asked none.</summary>
internal sealed class Bill(IReadOnlyList<CallView> calls)
{
    /// <summary>How many calls, for how much, and how many of them nobody knows the price of yet.</summary>
    public string? Calls
    {
        get
        {
            var open = calls.Count(call => call.Settled is null);
            return calls.Count == 0
                ? null
                : $"{calls.Count} to a language model for {Spent}" + (open == 0 ? "" : $", {open} still open");
        }
    }

    /// <summary>Tokens by what they cost.</summary>
    public string? Tokens =>
        calls.Count == 0
            ? null
            : $"{Sum(call => call.InputTokens)} in, {Sum(call => call.OutputTokens)} out, "
                + $"{Sum(call => call.CacheReadTokens)} read from the cache, {Sum(call => call.CacheWriteTokens)} written to it";

    /// <summary>All of it on one line.</summary>
    public string? Line
    {
        get
        {
            if (calls.Count == 0)
            {
                return null;
            }

            var prompts = calls.Sum(call => call.InputTokens + call.CacheReadTokens + call.CacheWriteTokens);
            var unknown = calls.Count(call => call.Outcome == "unknown");
            return $"{calls.Count} {(calls.Count == 1 ? "call" : "calls")}, "
                + $"{Words.Count(prompts)} tokens in, {Sum(call => call.OutputTokens)} out, {Spent}"
                + (unknown == 0 ? "" : $" ({unknown} charged in full, for nobody knows what came of it)");
        }
    }

    private string Spent => Words.Dollars(calls.Sum(call => call.Settled ?? 0));

    private string Sum(Func<CallView, long> tokens) => Words.Count(calls.Sum(tokens));
}
