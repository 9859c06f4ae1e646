using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>What a host is told at start, and what it need not bring.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void Without_a_key_a_host_starts_and_knows_that_it_has_none()
    {
        using var services = new ServiceCollection()
            .AddSingleton(new ResearchOptions())
            .AddAgent(new ConfigurationBuilder().Build())
            .BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<Purchases>());
        Assert.False(services.GetRequiredService<ILanguageModels>().HaveKey);
    }

    [Fact]
    public void Broken_prices_stop_the_host_before_it_starts()
    {
        var refused = Assert.Throws<InvalidOperationException>(() =>
            new ServiceCollection().AddAgent(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([KeyValuePair.Create("AGENT_PRICES", (string?)"/nowhere/prices.json")])
                    .Build()
            )
        );

        Assert.Contains("/nowhere/prices.json", refused.Message);
    }
}
