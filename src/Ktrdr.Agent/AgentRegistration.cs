using Ktrdr.Research;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ktrdr.Agent;

/// <summary>The one door to designers and assessors.</summary>
public static class AgentRegistration
{
    /// <summary>Adds the built-in designer and assessor, the seeds' stub and the way to the language models. Needs no key and no
    /// network until a language model is asked.</summary>
    /// <exception cref="InvalidOperationException">A setting or the file of prices makes no sense; the message names it.</exception>
    public static IServiceCollection AddAgent(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IScript, Script>();
        services.AddSingleton<IDesigner, LocalDesigner>();
        services.AddSingleton<IDesigner, ScriptedDesigner>();
        services.AddSingleton<IDesigner, ClaudeDesigner>();
        services.AddSingleton<IAssessor, LocalAssessor>();
        services.AddSingleton<IAssessor, ScriptedAssessor>();
        services.AddSingleton<IAssessor, ClaudeAssessor>();
        AddClaude(services, AgentSettings.Read(configuration));
        return services;
    }

    private static void AddClaude(IServiceCollection services, AgentOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        // Read now, so that broken prices stop the host before it starts.
        var prices = Prices.Load(options.PricesFile, TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => prices.By(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILanguageModels, LanguageModels>();
        services.AddSingleton<Estimates>();
        services.AddSingleton<MessagesClient>();
        services.AddSingleton<Conversation>();
        services.AddSingleton<Purchases>();
    }
}
