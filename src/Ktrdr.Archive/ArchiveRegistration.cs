using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Archive;

/// <summary>The one door to the archive.</summary>
public static class ArchiveRegistration
{
    /// <summary>Adds bars, strategies, models, backtests and assessments, all kept below one folder.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="home">The folder; it need not exist yet.</param>
    public static IServiceCollection AddArchive(this IServiceCollection services, string home)
    {
        services.AddSingleton(new HomeFolder(home));
        services.AddSingleton<Datasets>();
        services.AddSingleton<IBarSource>(provider => provider.GetRequiredService<Datasets>());
        services.AddSingleton<StrategyShelf>();
        services.AddSingleton<IStrategyShelf>(provider => provider.GetRequiredService<StrategyShelf>());
        services.AddSingleton<IModelShelf, ModelShelf>();
        services.AddSingleton<ICheckpointShelf, CheckpointShelf>();
        services.AddSingleton<IResultShelf, BacktestShelf>();
        services.AddSingleton<IAssessmentShelf, AssessmentShelf>();
        return services;
    }
}
