using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>The built-in designer: a seeded search over the catalogue, scored on learning bars only.</summary>
/// <remarks>
/// <para>It draws ideas, trains each as the cycle would, lets it trade the part of the learning window it was not fitted to,
/// and keeps the best that both gates would let pass there. Every idea scored that way counts as a trial.</para>
/// <para>The seed of the brief trains the candidates too, so the model it looked at is the model the cycle will train.</para>
/// </remarks>
public sealed class LocalDesigner(ResearchOptions options) : IDesigner
{
    /// <summary>Ideas scored by an outcome of trading, at most.</summary>
    public const int MostCandidates = 12;

    private const int MostDraws = 200;
    private const int RecentFamilies = 3;

    /// <inheritdoc/>
    public string Name => Providers.Local;

    /// <inheritdoc/>
    public async Task<Design> DesignAsync(DesignBrief brief, IDesignDesk desk, CancellationToken cancellationToken)
    {
        var seed = new Seed(brief.Seed);
        var onHand = Choose(brief, seed);
        var timeframe = Timeframe.Parse(onHand.Timeframe);
        var market = await desk.LearningBarsAsync(onHand.Symbol, timeframe, [timeframe], cancellationToken);
        var candidates = await Task.Run(
                () => Search(brief, onHand, market, seed, desk.Work, cancellationToken),
                cancellationToken
            )
            .WaitAsync(cancellationToken);

        // The stable sort keeps the first drawn among equals, so the seed alone decides.
        var best = FirstNew(
            candidates
                .OrderByDescending(candidate => candidate.LooksFit(options.TrainingGate, options.BacktestGate))
                .ThenByDescending(candidate => candidate.Score),
            desk
        );
        var chosen =
            brief.Markets.Count > 1
                ? $" {onHand.Symbol} {onHand.Timeframe} was chosen among {brief.Markets.Count} datasets."
                : "";
        return new Design(
            best.Strategy with
            {
                Description = $"{best.Strategy.Description}{chosen} Best of {candidates.Count} ideas on learning bars.",
            },
            candidates.Count,
            InputTokens: 0,
            OutputTokens: 0
        );
    }

    private static Candidate FirstNew(IEnumerable<Candidate> bestFirst, IDesignDesk desk)
    {
        string? repeated = null;
        foreach (var candidate in bestFirst)
        {
            repeated = desk.Repeats(candidate.Strategy);
            if (repeated is null)
            {
                return candidate;
            }
        }

        throw new OperationFailedException(
            new OperationError(
                "design_repeated",
                $"Every idea repeats an earlier one; the last: {repeated}",
                "Use another --seed, or another market."
            )
        );
    }

    private static MarketOnHand Choose(DesignBrief brief, Seed seed) =>
        brief.Markets.Count > 0
            ? brief.Markets[seed.For("market").Next(brief.Markets.Count)]
            : throw new OperationFailedException(
                new OperationError(
                    "design_failed",
                    "There is no dataset to design for.",
                    "Import one: ktrdr data import FILE --symbol S --timeframe T"
                )
            );

    private static List<Candidate> Search(
        DesignBrief brief,
        MarketOnHand onHand,
        MarketWindow market,
        Seed seed,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        var space = new IdeaSpace(onHand);
        var rehearsal = new Rehearsal(market, onHand, seed);
        var chance = seed.For("ideas");
        var tried = brief.Earlier.Select(earlier => earlier.Hash).ToHashSet(StringComparer.Ordinal);
        var recent = brief
            .Earlier.Where(earlier => earlier.Symbol == onHand.Symbol)
            .Take(RecentFamilies)
            .Select(earlier => string.Join('+', earlier.Indicators.Order(StringComparer.Ordinal)))
            .ToHashSet(StringComparer.Ordinal);

        var candidates = new List<Candidate>();
        for (var draw = 0; draw < MostDraws && candidates.Count < MostCandidates; draw++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var idea = space.Draw(chance);
            if (
                recent.Contains(idea.Family)
                || rehearsal.Write(idea, Words.Name(idea, onHand)) is not { } strategy
                || rehearsal.Perform(strategy, idea.ActingShare, cancellationToken) is not { } candidate
                || !tried.Add(StrategyHash.Of(candidate.Strategy))
            )
            {
                continue;
            }

            candidates.Add(candidate);
            work.Report(
                100.0 * candidates.Count / MostCandidates,
                $"Idea {candidates.Count} of {MostCandidates}: {idea.Family}",
                new Dictionary<string, object?> { ["idea"] = candidates.Count, ["ideas"] = MostCandidates }
            );
        }

        return candidates.Count > 0
            ? candidates
            : throw new OperationFailedException(
                new OperationError(
                    "design_failed",
                    $"None of {MostDraws} ideas could be tried on {market.Symbol} {market.BaseTimeframe}.",
                    "Import more bars, or bars that move."
                )
            );
    }
}
