using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Archive;

/// <summary>The one door to what is kept in files.</summary>
public static class ArchiveRegistration
{
    /// <summary>Adds the datasets, strategies, models, results and assessments of a home.</summary>
    public static IServiceCollection AddArchive(this IServiceCollection services, HomeFolder home)
    {
        services.AddSingleton(home);
        services.AddSingleton<Datasets>();
        services.AddSingleton<IBarSource>(provider => provider.GetRequiredService<Datasets>());
        services.AddSingleton<StrategyShelf>();
        services.AddSingleton<IStrategyShelf>(provider => provider.GetRequiredService<StrategyShelf>());
        services.AddSingleton<IModelShelf, ModelShelf>();
        services.AddSingleton<IResultShelf, ResultShelf>();
        services.AddSingleton<IAssessmentShelf, AssessmentShelf>();
        return services;
    }
}
