using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The first phase: an idea becomes a checked strategy under a name of its own.</summary>
/// <remarks>What the designer was given and what it answered are recorded once, so a run again after a crash neither asks
/// twice nor sees its own traces among the earlier strategies.</remarks>
public sealed class DesignWorker(
    IEnumerable<IDesigner> designers,
    IBarSource bars,
    IStrategyShelf strategies,
    IOperations operations
) : IWorker<DesignOrder, DesignResult>, IPublisher<DesignOrder, DesignResult>
{
    private readonly DesignBriefs _briefs = new(bars, operations);

    /// <inheritdoc/>
    public async Task<DesignResult> RunAsync(DesignOrder order, IWorkContext work, CancellationToken cancellationToken)
    {
        var designer = designers.First(candidate => candidate.Name == order.Provider);
        var brief = await work.OnceAsync("brief", token => _briefs.MakeAsync(order, token), cancellationToken);
        // The stub's one answer is no idea, so it may come again.
        var repetition =
            order.Provider == Providers.Scripted
                ? new Repetition([])
                : await _briefs.RepetitionAsync(brief, cancellationToken);
        var answer = await work.OnceAsync("answer", AskAsync, cancellationToken);

        var strategy = await strategies.GetAsync(answer.StrategyIdentity, cancellationToken);
        if (repetition.Of(strategy) is { } repeated)
        {
            throw new OperationFailedException(Repetition.Error(repeated));
        }

        var name = await work.TakeNameAsync(
            "strategy",
            Names(strategy.Name).Where(candidate => !strategies.Exists(candidate)),
            cancellationToken
        );
        var design = await (strategy with { Name = name }).AsDesignAsync(
            strategies,
            answer.Candidates,
            cancellationToken
        );
        await work.SetMetadataAsync(
            OperationFacts.Of(design.StrategyName, design.Symbol, design.Timeframe),
            cancellationToken
        );
        Spans.Say(
            ("strategy_name", name),
            ("tokens.input", answer.InputTokens),
            ("tokens.output", answer.OutputTokens),
            ("tokens.total", answer.InputTokens + answer.OutputTokens)
        );
        work.Report(100, $"Designed {name}");
        return design with { InputTokens = answer.InputTokens, OutputTokens = answer.OutputTokens };

        async Task<DesignAnswer> AskAsync(CancellationToken token)
        {
            var reply = await designer.DesignAsync(brief, new DesignDesk(bars, repetition, work), token);
            var identity = await strategies.PutAsync(reply.Strategy, token);
            return new DesignAnswer(identity, reply.Candidates, reply.InputTokens, reply.OutputTokens);
        }
    }

    /// <inheritdoc/>
    public Task PublishAsync(DesignOrder order, DesignResult result, CancellationToken cancellationToken) =>
        strategies.PublishAsync(result.StrategyIdentity, result.StrategyName, cancellationToken);

    private static IEnumerable<string> Names(string wish)
    {
        yield return wish;
        for (var version = 2; ; version++)
        {
            yield return $"{wish}_v{version}";
        }
    }

    private sealed record DesignAnswer(string StrategyIdentity, int Candidates, long InputTokens, long OutputTokens);

    /// <summary>The only way from a designer to bars: there is no window to name.</summary>
    private sealed class DesignDesk(IBarSource bars, Repetition repetition, IWorkContext work) : IDesignDesk
    {
        public IWorkContext Work => work;

        public string? Repeats(StrategyDocument strategy) => repetition.Of(strategy);

        public Task<MarketWindow> LearningBarsAsync(
            string symbol,
            Timeframe baseTimeframe,
            IReadOnlyList<Timeframe> timeframes,
            CancellationToken cancellationToken
        ) => bars.ReadAsync(symbol, baseTimeframe, timeframes, Window.Learning, cancellationToken);
    }
}
