using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>The design of the seeds' stub: always the same strategy, valid and marked.</summary>
public sealed class ScriptedDesigner(IScript script) : IDesigner
{
    internal const string Symbol = "STUB";

    /// <inheritdoc/>
    public string Name => Providers.Scripted;

    /// <inheritdoc/>
    public async Task<Design> DesignAsync(DesignBrief brief, IDesignDesk desk, CancellationToken cancellationToken)
    {
        await script.PerformAsync(desk.Work, cancellationToken);
        var rsi = IndicatorCatalogue.Find("rsi")!;
        var strategy = new StrategyDocument
        {
            Name = "stub_momentum",
            Description = "A stub: the fixed answer of the scripted provider, not a design.",
            Tags = ["stub"],
            Data = new TrainingData
            {
                Symbol = Symbol,
                Timeframes = [Timeframe.H1],
                BaseTimeframe = Timeframe.H1,
            },
            Indicators = [new StrategyIndicator("rsi_14", rsi, rsi.DefaultSettings())],
            FuzzySets =
            [
                new FuzzySet(
                    "rsi_zone",
                    new IndicatorReference("rsi_14", "value", 0),
                    [
                        new Membership("low", new MembershipFunction.Triangular(0, 15, 45)),
                        new Membership("mid", new MembershipFunction.Triangular(35, 50, 65)),
                        new Membership("high", new MembershipFunction.Triangular(55, 85, 100)),
                    ]
                ),
            ],
            Inputs = [new NetworkInput.Fuzzy("rsi_zone", [Timeframe.H1])],
            Model = new NetworkDesign { HiddenLayers = [8] },
            Decisions = new DecisionRules(),
            Exits = new ExitRules { Kind = ExitKind.Opposite },
            Training = new TrainingDesign { Labels = new LabelRules.ZigZag(0.015, 20) },
        };
        return new Design(strategy, Candidates: 0, InputTokens: 0, OutputTokens: 0);
    }
}

/// <summary>The assessment of the seeds' stub: always the same opinion, marked.</summary>
public sealed class ScriptedAssessor(IScript script) : IAssessor
{
    /// <inheritdoc/>
    public string Name => Providers.Scripted;

    /// <inheritdoc/>
    public async Task<AssessmentReply> AssessAsync(
        AssessmentBrief brief,
        Ktrdr.Operations.IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        await script.PerformAsync(work, cancellationToken);
        return new AssessmentReply(
            new Assessment(
                "mediocre",
                ["a stub: this figure was written down beforehand", "a stub: so was this one"],
                ["a stub: nothing was trained", "a stub: nothing was traded"],
                ["run a cycle with AGENT_PROVIDER=local"],
                Stub: true
            ),
            InputTokens: 0,
            OutputTokens: 0
        );
    }
}
