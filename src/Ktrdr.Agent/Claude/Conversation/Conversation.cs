using System.Globalization;
using System.Text.Json.Nodes;
using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>Talks with a language model until it has done the one thing it was asked for, or a limit is reached.</summary>
/// <remarks>Decided by the replies alone: run again after a crash, the recorded ones lead to the same requests, and the
/// conversation goes on where it was.</remarks>
internal sealed class Conversation(Purchases purchases, AgentOptions options, TimeProvider clock)
{
    /// <summary>Holds one conversation.</summary>
    /// <exception cref="OperationFailedException">It came to nothing: with code, figures and next step.</exception>
    public async Task<Outcome<T>> HoldAsync<T>(
        Purpose purpose,
        Prompt prompt,
        ITools<T> tools,
        IWorkContext work,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var transcript = new Transcript(prompt.User);
        var limits = new ConversationLimits(options, purpose, clock);
        var (cut, asked) = (false, false);
        while (true)
        {
            var round = limits.NextRound();
            Report(work, purpose, round, limits);
            var reply = await purchases.BuyAsync(
                work,
                $"exchange-{round}",
                purpose.Phase,
                Request(purpose, prompt, tools.Definitions(), transcript, options),
                cancellationToken
            );
            limits.Used(reply.Usage);

            if (reply.StopReason == "max_tokens")
            {
                // Where it was cut cannot be seen, so nothing of it is used or handed back: neither calls nor half a thought.
                cut = cut ? throw purpose.CutTwice(reply, round) : true;
                transcript.Say(
                    $"Your last reply was cut off after {Number(reply.Usage.Output)} tokens and nothing of it was used. "
                        + $"Be shorter: fewer words, a smaller document. {tools.Request}"
                );
                continue;
            }

            purpose.RequireUsable(reply, round);
            var calls = ToolCall.Of(reply);
            if (calls.Count > 0)
            {
                asked = false;
                transcript.HandBack(reply);
                var results = new List<JsonObject>(calls.Count);
                foreach (var call in calls)
                {
                    limits.Count(call, results.Count + 1);
                    var answer = await CallAsync(tools, call, cancellationToken);
                    if (answer.Saved is { } saved)
                    {
                        return new Outcome<T>(saved, limits.InputTokens, limits.OutputTokens);
                    }

                    results.Add(Transcript.Result(call, answer.Text, answer.IsError));
                }

                transcript.Answer(results);
                continue;
            }

            if (asked)
            {
                var read = await tools.ReadAsync(ToolCall.TextOf(reply), cancellationToken);
                return read.Saved is { } written
                    ? new Outcome<T>(written, limits.InputTokens, limits.OutputTokens)
                    : throw purpose.NoCall(tools.Wanted, round, read.Problems);
            }

            // A conversation must end with words of ours, also where the model only paused.
            transcript.HandBack(reply);
            asked = reply.StopReason != "pause_turn";
            transcript.Say(asked ? tools.Request : "Go on.");
        }
    }

    private static async Task<ToolAnswer<T>> CallAsync<T>(
        ITools<T> tools,
        ToolCall call,
        CancellationToken cancellationToken
    )
        where T : class
    {
        using var span = ModelSpans.Call(call, tools.Definitions);
        var answer = await tools.CallAsync(call.Tool, call.Arguments, cancellationToken);
        if (answer.IsError)
        {
            ModelSpans.Failed(span, "refused");
        }

        return answer;
    }

    /// <summary>The first request of a conversation, for whoever wants to know what it would cost.</summary>
    public static JsonObject Opening(Purpose purpose, Prompt prompt, JsonArray tools, AgentOptions options) =>
        Request(purpose, prompt, tools, new Transcript(prompt.User), options);

    private static JsonObject Request(
        Purpose purpose,
        Prompt prompt,
        JsonArray tools,
        Transcript transcript,
        AgentOptions options
    ) =>
        new()
        {
            ["model"] = purpose.Model,
            ["max_tokens"] = options.MaxTokens,
            ["system"] = prompt.System.DeepClone(),
            ["messages"] = transcript.Messages(),
            ["tools"] = tools,
        };

    private void Report(IWorkContext work, Purpose purpose, int round, ConversationLimits limits) =>
        work.Report(
            100.0 * (round - 1) / options.MaxRounds,
            round == 1 ? $"Claude is {purpose.Phase}" : $"Claude is {purpose.Phase}, round {round}",
            new Dictionary<string, object?>
            {
                ["model"] = purpose.Model,
                ["round"] = round,
                ["input_tokens"] = limits.InputTokens,
                ["output_tokens"] = limits.OutputTokens,
            }
        );

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <summary>What a conversation came to.</summary>
/// <param name="Saved">What was saved.</param>
/// <param name="InputTokens">Tokens of all its prompts.</param>
/// <param name="OutputTokens">Tokens of all its replies.</param>
internal sealed record Outcome<T>(T Saved, long InputTokens, long OutputTokens);
