using System.Globalization;
using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>What a conversation is for, and the words in which it fails. None of them is the model's own: what it wrote stays in
/// the record of the exchange.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Phase"><c>designing</c> or <c>assessing</c>.</param>
/// <param name="Code">The code it fails with.</param>
internal sealed record Purpose(string Model, string Phase, string Code)
{
    /// <summary>A strategy is wanted.</summary>
    public static Purpose Design(string model) => new(model, "designing", "design_failed");

    /// <summary>An opinion is wanted.</summary>
    public static Purpose Assess(string model) => new(model, "assessing", "assessment_failed");

    /// <summary>Lets a reply pass that ended of its own accord.</summary>
    /// <exception cref="OperationFailedException">It was refused, or ended in a way that leaves nothing to use.</exception>
    public void RequireUsable(ModelReply reply, int round)
    {
        switch (reply.StopReason)
        {
            case "end_turn" or "stop_sequence" or "tool_use" or "pause_turn":
                return;
            case "refusal":
                throw new OperationFailedException(
                    new OperationError(
                        "model_refused",
                        $"{Model} declined to answer while {Phase}, in round {round}.",
                        "Word the brief differently, or choose another model with AGENT_MODEL."
                    )
                );
            case "model_context_window_exceeded":
                throw Failed(
                    $"The context window of {Model} was full in round {round}: {Number(reply.Usage.Prompt)} tokens read, {Number(reply.Usage.Output)} written.",
                    "Shorten the brief, lower AGENT_MAX_ITERATIONS, or choose a model with a larger window with AGENT_MODEL."
                );
            default:
                throw Failed(
                    $"{Model} stopped in round {round} for a reason that this version does not know: '{Plain.Line(reply.StopReason, 40)}'.",
                    "See whether there is a newer version of ktrdr, or choose another model with AGENT_MODEL."
                );
        }
    }

    /// <summary>A second reply was cut off.</summary>
    public OperationFailedException CutTwice(ModelReply reply, int round) =>
        Failed(
            $"{Model} was cut off twice while {Phase}, in round {round} after {Number(reply.Usage.Output)} tokens.",
            "Allow longer replies with AGENT_MAX_TOKENS; where money is short, AGENT_DAILY_BUDGET makes them shorter too."
        );

    /// <summary>It was asked for a call and wrote a text again, which was not the thing either.</summary>
    public OperationFailedException NoCall(string wanted, int round, int problems) =>
        Failed(
            $"{Model} called no tool, although it was asked to, and the text of round {round} is not {wanted} ({problems} problem{(problems == 1 ? "" : "s")}).",
            "Run the cycle again, or choose another model with AGENT_MODEL."
        );

    /// <summary>A limit was reached.</summary>
    public OperationFailedException Failed(string message, string next) => new(new OperationError(Code, message, next));

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
