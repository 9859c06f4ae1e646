using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Agent;

/// <summary>The one door to designers and assessors.</summary>
public static class AgentRegistration
{
    /// <summary>Adds the built-in designer and assessor and the seeds' stub. Needs no key and no network.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services)
    {
        services.AddSingleton<IScript, Script>();
        services.AddSingleton<IDesigner, LocalDesigner>();
        services.AddSingleton<IDesigner, ScriptedDesigner>();
        services.AddSingleton<IDesigner, ClaudeDesigner>();
        services.AddSingleton<IAssessor, LocalAssessor>();
        services.AddSingleton<IAssessor, ScriptedAssessor>();
        services.AddSingleton<IAssessor, ClaudeAssessor>();
        services.AddSingleton<Conversation>();
        return services;
    }
}
