using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>Stands where Claude stands in a cycle: hands in what the test wrote down, and remembers what it was given.</summary>
internal sealed class PlayedClaude : IDesigner, IAssessor
{
    private readonly Queue<StrategyDocument> _designs;

    public PlayedClaude(params StrategyDocument[] designs) => _designs = new Queue<StrategyDocument>(designs);

    public string Name => Providers.Anthropic;

    public List<DesignBrief> Briefs { get; } = [];

    public List<string?> Repeats { get; } = [];

    /// <summary>What it does before it hands in a design.</summary>
    public Func<IWorkContext, CancellationToken, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>What it does before it assesses.</summary>
    public Func<IWorkContext, CancellationToken, Task> BeforeAssessing { get; init; } = (_, _) => Task.CompletedTask;

    public async Task<Design> DesignAsync(DesignBrief brief, IDesignDesk desk, CancellationToken cancellationToken)
    {
        Briefs.Add(brief);
        await Before(desk.Work, cancellationToken);
        var strategy = _designs.Dequeue();
        Repeats.Add(desk.Repeats(strategy));
        return new Design(strategy, Candidates: 0, InputTokens: 0, OutputTokens: 0);
    }

    public async Task<AssessmentReply> AssessAsync(
        AssessmentBrief brief,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        await BeforeAssessing(work, cancellationToken);
        return new AssessmentReply(
            new Assessment("mediocre", ["it trades", "it ends"], ["too few trades", "one market"], ["lower the bar"]),
            InputTokens: 0,
            OutputTokens: 0
        );
    }
}
