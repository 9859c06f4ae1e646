using System.Globalization;

namespace Ktrdr.Agent;

/// <summary>How far a conversation has come, and where it must end. Dollars are looked after where they are spent.</summary>
internal sealed class ConversationLimits(AgentOptions options, Purpose purpose, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private readonly Dictionary<(string, string), int> _seen = [];
    private int _round;
    private int _calls;

    /// <summary>Tokens of all prompts so far, cached ones included.</summary>
    public long InputTokens { get; private set; }

    /// <summary>Tokens of all replies so far.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>The number of the next request, if there may be one.</summary>
    /// <remarks>Looked at between requests only: a request under way is paid for whether it is waited for or not.</remarks>
    public int NextRound()
    {
        if (_round == options.MaxRounds)
        {
            throw purpose.Failed(
                $"{purpose.Model} has used all {options.MaxRounds} rounds of {purpose.Phase} and saved nothing.",
                "Allow more with AGENT_MAX_ITERATIONS, or choose another model with AGENT_MODEL."
            );
        }

        if (InputTokens >= options.MaxInputTokens)
        {
            throw purpose.Failed(
                $"{purpose.Model} has read {Number(InputTokens)} tokens in {_round} rounds of {purpose.Phase} and saved nothing; {Number(options.MaxInputTokens)} is the most.",
                "Allow more with AGENT_MAX_INPUT_TOKENS, or choose another model with AGENT_MODEL."
            );
        }

        var took = clock.GetElapsedTime(_started);
        if (took.TotalSeconds >= options.MaxSeconds)
        {
            throw purpose.Failed(
                $"{purpose.Model} has taken {Number((long)took.TotalSeconds)} seconds for {_round} rounds of {purpose.Phase} and saved nothing; {Number((long)options.MaxSeconds)} is the most.",
                "Run the cycle again later, or choose a faster model with AGENT_MODEL."
            );
        }

        return ++_round;
    }

    /// <summary>Adds what a reply used.</summary>
    public void Used(TokenUsage usage)
    {
        InputTokens += usage.Prompt;
        OutputTokens += usage.Output;
    }

    /// <summary>Counts a call before it is looked at.</summary>
    /// <param name="call">The call.</param>
    /// <param name="inReply">Which one of its reply it is, from 1.</param>
    public void Count(ToolCall call, int inReply)
    {
        if (++_calls > options.MaxToolCalls || inReply > options.MaxToolCallsPerReply)
        {
            throw purpose.Failed(
                $"{purpose.Model} called tools {_calls} times while {purpose.Phase}, {inReply} times in round {_round}; {options.MaxToolCalls} in all and {options.MaxToolCallsPerReply} in one reply is the most.",
                "Run the cycle again, or choose another model with AGENT_MODEL."
            );
        }

        var times = _seen[(call.Tool, call.Arguments)] = _seen.GetValueOrDefault((call.Tool, call.Arguments)) + 1;
        if (times == MostRepetitions)
        {
            throw purpose.Failed(
                $"{purpose.Model} made the same call {times} times while {purpose.Phase}, the last in round {_round}: it goes round in circles.",
                "Run the cycle again, or choose another model with AGENT_MODEL."
            );
        }
    }

    private const int MostRepetitions = 3;

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
