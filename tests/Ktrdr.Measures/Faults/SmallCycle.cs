using Ktrdr.Research;
using Ktrdr.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Measures;

/// <summary>A cycle that is over soon, for whoever wants to break it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Provider">Who works in it.</param>
/// <param name="Strategy">The strategy it takes, or null to have one designed.</param>
internal sealed record SmallCycle(string Name, string Provider, string? Strategy)
{
    /// <summary>All four phases by the stub: a design, a strategy name, an assessment; no model and no trial.</summary>
    public static readonly SmallCycle Scripted = new("scripted", Providers.Scripted, null);

    /// <summary>A real training and a real backtest of a small strategy: a model, a trial, an experiment, and all their files.</summary>
    public static readonly SmallCycle Lesson = new("lesson", Providers.Local, "lesson");

    public static SmallCycle Find(string name) =>
        name == Scripted.Name ? Scripted
        : name == Lesson.Name ? Lesson
        : throw new ArgumentException($"There is no cycle '{name}'; there are {Scripted.Name} and {Lesson.Name}.");

    /// <summary>The one of that name, or all there are where none is named.</summary>
    public static IReadOnlyList<SmallCycle> Named(string name) => name.Length > 0 ? [Find(name)] : [Scripted, Lesson];

    /// <summary>What is asked for.</summary>
    public TriggerRequest Request =>
        new()
        {
            Strategy = Strategy,
            Seed = 1,
            BypassGates = true,
        };

    /// <summary>The settings under which it is asked for, a scripted phase taking so many seconds.</summary>
    public IReadOnlyDictionary<string, string> Settings(string delay) =>
        new Dictionary<string, string> { ["AGENT_PROVIDER"] = Provider, ["STUB_WORKER_DELAY"] = delay };

    /// <summary>Puts into a home what a person would have put there before.</summary>
    /// <param name="home">The home.</param>
    /// <param name="epochs">How long its training takes.</param>
    /// <param name="hidden">How large its network is.</param>
    public static void Prepare(string home, int epochs = 2, int hidden = 4)
    {
        Directory.CreateDirectory(Path.Combine(home, "strategies"));
        File.WriteAllText(
            Path.Combine(home, "strategies", "lesson.yaml"),
            $$"""
            name: lesson
            version: "3.0"
            training_data:
              symbols: {mode: single, symbol: SAMPLE}
              timeframes: {mode: single, timeframe: 1h}
            indicators:
              rsi_14: {type: rsi, period: 14}
            fuzzy_sets:
              rsi_zone:
                indicator: rsi_14
                low: [0, 25, 45]
                mid: [30, 50, 70]
                high: [55, 75, 100]
            nn_inputs:
              - {fuzzy_set: rsi_zone, timeframes: all}
            model:
              type: mlp
              architecture: {hidden_layers: [{{hidden}}], activation: relu}
            decisions: {output_format: classification, confidence_threshold: 0.4}
            training:
              method: supervised
              labels: {source: zigzag, zigzag_threshold: 0.01, label_lookahead: 10}
              epochs: {{epochs}}

            """
        );
    }

    /// <summary>The real server over a home, in this process.</summary>
    public WebApplication Build(string home, Storage storage, Action<WebApplicationBuilder>? configure = null) =>
        ServerHost.Build(
            new ServerOptions { Home = home, Port = 0 },
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                    storage
                        .Settings(home, Settings("0"))
                        .Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))
                );
                configure?.Invoke(builder);
            }
        );

    /// <summary>Asks for it, as the API does.</summary>
    /// <returns>Its id, or that of the one that is live.</returns>
    public async Task<string> TriggerAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<IResearchDesk>()
            .TriggerAsync(Request, CancellationToken.None) switch
        {
            StartOutcome.Started(var cycle, _) => cycle.Id,
            StartOutcome.Refused(var refusal) => throw new InvalidOperationException(refusal.Message),
            var other => throw new InvalidOperationException($"A trigger cannot come to {other}."),
        };
    }
}
