using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The fourth phase: numbers become an opinion, kept for the next idea.</summary>
public sealed class AssessmentWorker(
    IEnumerable<IAssessor> assessors,
    IStrategyShelf strategies,
    IAssessmentShelf assessments,
    IBarSource bars
) : IWorker<AssessmentOrder, AssessmentResult>, IPublisher<AssessmentOrder, AssessmentResult>
{
    /// <inheritdoc/>
    public async Task<AssessmentResult> RunAsync(
        AssessmentOrder order,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        var assessor = assessors.First(candidate => candidate.Name == order.Provider);
        var brief = await work.OnceAsync("brief", BriefAsync, cancellationToken);
        var reply = await work.OnceAsync(
            "answer",
            token => assessor.AssessAsync(brief, work, token),
            cancellationToken
        );
        await work.SetMetadataAsync(
            OperationFacts.Of(order.StrategyName, order.Backtest.Symbol, order.Backtest.Timeframe),
            cancellationToken
        );
        Spans.Say(
            ("strategy_name", order.StrategyName),
            ("verdict", reply.Assessment.Verdict),
            ("tokens.input", reply.InputTokens),
            ("tokens.output", reply.OutputTokens),
            ("tokens.total", reply.InputTokens + reply.OutputTokens)
        );
        work.Report(100, $"Assessed as {reply.Assessment.Verdict}");
        return new AssessmentResult
        {
            Verdict = reply.Assessment.Verdict,
            Strengths = reply.Assessment.Strengths,
            Weaknesses = reply.Assessment.Weaknesses,
            Suggestions = reply.Assessment.Suggestions,
            Stub = reply.Assessment.Stub,
            AssessmentPath = assessments.PathOf(order.StrategyName),
            InputTokens = reply.InputTokens,
            OutputTokens = reply.OutputTokens,
        };

        async Task<AssessmentBrief> BriefAsync(CancellationToken token)
        {
            var strategy = await strategies.GetAsync(order.StrategyIdentity, token);
            return new AssessmentBrief
            {
                Model = order.Model,
                Named = order.Named,
                StrategyName = order.StrategyName,
                Hypothesis = strategy.Hypothesis,
                OnHand = [.. (await bars.ListAsync(token)).Select(dataset => dataset.Symbol).Distinct()],
                Design = strategy.InLines(),
                Synthetic = order.Backtest.Synthetic,
                Training = order.Training,
                Backtest = order.Backtest,
                Gates = order.Gates,
                Candidates = order.Candidates,
            };
        }
    }

    /// <inheritdoc/>
    public Task PublishAsync(AssessmentOrder order, AssessmentResult result, CancellationToken cancellationToken) =>
        assessments.PublishAsync(
            order.StrategyName,
            new Assessment(result.Verdict, result.Strengths, result.Weaknesses, result.Suggestions, result.Stub),
            cancellationToken
        );
}
