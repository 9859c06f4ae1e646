using Ktrdr.Operations;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Research;

/// <summary>One research cycle, from an idea to an opinion.</summary>
/// <remarks>Runs again from the top after a crash; children that finished answer from the record.</remarks>
public sealed class Cycle(
    IStrategyShelf strategies,
    TrainingGateLimits trainingLimits,
    BacktestGateLimits backtestLimits,
    ILogger<Cycle> logger
) : IWorker<CycleOrder, CycleResult>
{
    /// <inheritdoc/>
    public async Task<CycleResult> RunAsync(CycleOrder order, IWorkContext work, CancellationToken cancellationToken)
    {
        var design = await DesignAsync(order, work, cancellationToken);
        var experiment = Experiment.Of(work.OperationId, design, "completed") with { Named = order.Named };

        var training = await PhaseAsync<TrainingOrder, TrainingResult>(
            Phase.Training,
            new TrainingOrder
            {
                Provider = order.Provider,
                StrategyName = design.StrategyName,
                StrategyIdentity = design.StrategyIdentity,
                Seed = order.Seed,
            }
        );
        await NoteAsync(
            ("model_path", training.ModelPath),
            (
                "training_result",
                new
                {
                    training.Accuracy,
                    training.InitialLoss,
                    training.FinalLoss,
                }
            ),
            ("synthetic", training.Report.Synthetic),
            ("stub", training.Report.Stub)
        );
        experiment = experiment with { Accuracy = training.Accuracy };
        var trained = await GateAsync(
            TrainingGate.Judge(training.Report, trainingLimits),
            "Training gate failed",
            "Design another strategy; 'ktrdr operations show' lists every check."
        );

        var backtest = await PhaseAsync<BacktestOrder, BacktestResult>(
            Phase.Backtesting,
            new BacktestOrder
            {
                Provider = order.Provider,
                StrategyName = design.StrategyName,
                StrategyIdentity = design.StrategyIdentity,
                ModelIdentity = training.ModelIdentity,
                Candidates = design.Candidates,
            }
        );
        await NoteAsync(
            (
                "backtest_result",
                new
                {
                    backtest.SharpeRatio,
                    backtest.WinRate,
                    backtest.MaxDrawdown,
                    backtest.TotalReturn,
                    backtest.TotalTrades,
                }
            )
        );
        experiment = experiment with
        {
            SharpeRatio = backtest.SharpeRatio,
            WinRate = backtest.WinRate,
            MaxDrawdown = backtest.MaxDrawdown,
            Trades = backtest.TotalTrades,
        };
        var tested = await GateAsync(
            BacktestGate.Judge(backtest.Report, backtestLimits),
            "Backtest gate failed",
            "Design another strategy; 'ktrdr operations show' lists every check."
        );

        var assessment = await PhaseAsync<AssessmentOrder, AssessmentResult>(
            Phase.Assessing,
            new AssessmentOrder
            {
                Provider = order.Provider,
                Model = order.Model,
                Named = order.Named,
                StrategyName = design.StrategyName,
                StrategyIdentity = design.StrategyIdentity,
                Training = training.Report,
                Backtest = backtest.Report,
                Gates = [trained, tested],
                Candidates = design.Candidates,
            }
        );
        await NoteAsync(("assessment_verdict", assessment.Verdict));
        await KeepAsync(
            experiment with
            {
                Verdict = assessment.Verdict,
                Learned =
                [
                    .. Verdict.ReasonsOf([trained, tested]),
                    .. assessment.Weaknesses,
                    .. assessment.Suggestions,
                ],
            }
        );
        Spans.Say(("verdict", assessment.Verdict));
        work.Report(100, "Complete");
        return new CycleResult(true, design.StrategyName, assessment.Verdict);

        Task<TResult> PhaseAsync<TOrder, TResult>(Phase phase, TOrder phaseOrder) =>
            RunPhaseAsync<TOrder, TResult>(phase, phaseOrder, order.Seed, work, cancellationToken);

        Task NoteAsync(params (string Key, object? Value)[] facts) =>
            work.SetMetadataAsync(facts.ToDictionary(fact => fact.Key, fact => fact.Value), cancellationToken);

        async Task<Verdict> GateAsync(Verdict verdict, string sentence, string next)
        {
            var result =
                order.BypassGates ? "bypassed"
                : verdict.Passed ? "pass"
                : "fail";
            await NoteAsync(
                (
                    $"{verdict.Gate}_gate",
                    new
                    {
                        verdict.Gate,
                        verdict.Passed,
                        Result = result,
                        verdict.Reason,
                        verdict.Checks,
                    }
                )
            );
            logger.GateJudged(work.OperationId, verdict.Gate, result, verdict.Reason);
            Spans.Judged(verdict, result);
            if (verdict.Passed || order.BypassGates)
            {
                return verdict;
            }

            var code = $"{verdict.Gate}_gate_failed";
            await KeepAsync(
                experiment with
                {
                    Outcome = code,
                    Reason = verdict.Reason,
                    Learned = Verdict.ReasonsOf([verdict]),
                }
            );
            Spans.Refused();
            throw new OperationFailedException(new OperationError(code, $"{sentence}: {verdict.Reason}", next));
        }

        // The stub's figures were written down beforehand, and nothing can be learned from them.
        Task KeepAsync(Experiment learned) =>
            order.Provider == Providers.Scripted
                ? Task.CompletedTask
                : work.AppendAsync(Experiment.Ledger, learned.CycleId, learned.Symbol, learned, cancellationToken);
    }

    /// <summary>Has a strategy designed, or takes the one that was named.</summary>
    private async Task<DesignResult> DesignAsync(
        CycleOrder order,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        var design = order.Strategy is null
            ? await RunPhaseAsync<DesignOrder, DesignResult>(
                Phase.Designing,
                DesignOrder.Of(order),
                order.Seed,
                work,
                cancellationToken
            )
            : await work.OnceAsync("strategy", token => TakeAsync(order, token), cancellationToken);
        await work.SetMetadataAsync(
            new Dictionary<string, object?>
            {
                ["strategy_name"] = design.StrategyName,
                ["strategy_path"] = design.StrategyPath,
                ["symbol"] = design.Symbol,
                ["timeframe"] = design.Timeframe,
            },
            cancellationToken
        );
        Spans.Say(("strategy_name", design.StrategyName));
        return design;
    }

    private async Task<DesignResult> TakeAsync(CycleOrder order, CancellationToken cancellationToken)
    {
        var strategy = order.StrategyIdentity is { } identity
            ? await strategies.GetAsync(identity, cancellationToken)
            : await strategies.OpenAsync(order.Strategy!, cancellationToken);
        return await strategy.AsDesignAsync(strategies, candidates: 0, cancellationToken);
    }

    private async Task<TResult> RunPhaseAsync<TOrder, TResult>(
        Phase phase,
        TOrder order,
        int seed,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        logger.PhaseEntered(work.OperationId, phase.Name);
        try
        {
            return await work.ChildAsync<TOrder, TResult>(
                new ChildRequest<TOrder>(phase.ChildName, phase.Type, order, seed),
                // The child's id is durable before the child may run, so nobody ever starts a second one.
                (childId, token) =>
                    work.SetMetadataAsync(
                        new Dictionary<string, object?> { ["phase"] = phase.Name, [phase.MetadataKey] = childId },
                        token
                    ),
                child =>
                    work.Report(
                        phase.At(child.Progress.Percentage),
                        phase.Step,
                        new Dictionary<string, object?>
                        {
                            ["child"] = child.Id,
                            ["detail"] = child.Progress.CurrentStep,
                        }
                    ),
                cancellationToken
            );
        }
        catch (ChildFailedException failure)
        {
            var error = failure.Child.Error;
            throw new OperationFailedException(
                new OperationError(
                    error?.Code ?? "crashed",
                    $"{Sentence(phase)} failed: {error?.Message ?? "no reason was recorded"}",
                    error?.Next
                ),
                failure
            );
        }
    }

    private static string Sentence(Phase phase) =>
        phase.ChildName switch
        {
            "design" => "Design",
            "train" => "Training",
            "backtest" => "Backtest",
            _ => "Assessment",
        };
}
