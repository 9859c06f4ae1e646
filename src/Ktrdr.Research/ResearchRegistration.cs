using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ktrdr.Research;

/// <summary>The one door to research.</summary>
public static class ResearchRegistration
{
    /// <summary>Adds the cycle, its phases and its gates. The host brings designers, assessors, the archive and operations,
    /// and <see cref="ILanguageModels"/> where there are any.</summary>
    public static IServiceCollection AddResearch(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ResearchSettings.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton(options.TrainingGate);
        services.AddSingleton(options.BacktestGate);
        services.TryAddSingleton<ILanguageModels, NoLanguageModels>();
        services.AddSingleton<IResearchDesk, ResearchDesk>();
        services.AddLedger(Trial.Ledger);
        services.AddLedger(Experiment.Ledger);
        services.AddWorker<Cycle, CycleOrder, CycleResult>(
            OperationTypes.Cycle,
            "research",
            "cycle_failed",
            Spans.Cycle
        );
        services.AddWorker<DesignWorker, DesignOrder, DesignResult>(
            OperationTypes.Design,
            "agent",
            "design_failed",
            Spans.Design
        );
        services.AddWorker<TrainingWorker, TrainingOrder, TrainingResult>(
            OperationTypes.Training,
            "training",
            "training_failed",
            Spans.Training
        );
        services.AddWorker<BacktestWorker, BacktestOrder, BacktestResult>(
            OperationTypes.Backtest,
            "backtesting",
            "backtest_failed",
            Spans.Backtest
        );
        services.AddWorker<AssessmentWorker, AssessmentOrder, AssessmentResult>(
            OperationTypes.Assessment,
            "agent",
            "assessment_failed",
            Spans.Assessment
        );
        services.AddHostedService<CheckpointSweep>();
        return services;
    }
}
