using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Has a strategy designed by Claude. What comes back is a checked document and nothing else.</summary>
internal sealed class ClaudeDesigner(Conversation conversation, IStrategyShelf shelf, ResearchOptions options)
    : IDesigner
{
    /// <inheritdoc/>
    public string Name => Providers.Anthropic;

    /// <inheritdoc/>
    public async Task<Design> DesignAsync(DesignBrief brief, IDesignDesk desk, CancellationToken cancellationToken)
    {
        var aliases = Aliases.For(brief);
        var outcome = await conversation.HoldAsync(
            Purpose.Design(brief.Model),
            DesignPrompt.Write(brief, aliases, options),
            new DesignTools(brief, aliases, shelf, desk),
            desk.Work,
            cancellationToken
        );
        return new Design(outcome.Saved, Candidates: 0, outcome.InputTokens, outcome.OutputTokens);
    }
}
