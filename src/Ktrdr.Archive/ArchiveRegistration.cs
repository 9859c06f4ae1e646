using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Archive;

/// <summary>The one door to the archive.</summary>
public static class ArchiveRegistration
{
    /// <summary>Adds bars, strategies, models, backtests and assessments, all kept below one folder.</summary>
    /// <remarks>Where the host brings <see cref="ISharedFiles"/> and logging, what is kept reaches every home on the same
    /// database.</remarks>
    /// <param name="services">Where to add them.</param>
    /// <param name="home">The folder; it need not exist yet.</param>
    public static IServiceCollection AddArchive(this IServiceCollection services, string home)
    {
        services.AddSingleton(provider =>
            provider.GetService<ISharedFiles>() is { } files
                ? new HomeFolder(home, files, provider.GetRequiredService<ILogger<HomeFolder>>())
                : new HomeFolder(home)
        );
        services.AddSingleton<IHomeMirror>(provider => provider.GetRequiredService<HomeFolder>().Mirror);
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
