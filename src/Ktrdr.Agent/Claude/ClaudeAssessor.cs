using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Has a finished trial assessed by Claude. What comes back is an opinion; it decides nothing.</summary>
internal sealed class ClaudeAssessor(Conversation conversation) : IAssessor
{
    /// <inheritdoc/>
    public string Name => Providers.Anthropic;

    /// <inheritdoc/>
    public async Task<AssessmentReply> AssessAsync(
        AssessmentBrief brief,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        var aliases = Aliases.For(brief);
        var outcome = await conversation.HoldAsync(
            Purpose.Assess(brief.Model),
            AssessmentPrompt.Write(brief, aliases),
            new AssessmentTools(aliases),
            work,
            cancellationToken
        );
        return new AssessmentReply(outcome.Saved, outcome.InputTokens, outcome.OutputTokens);
    }
}
