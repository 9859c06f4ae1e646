using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Archive;
using Ktrdr.Core;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Agent.Tests;

/// <summary>Claude as designer and assessor, all real but the model: purchases, ledger, operations, shelf, and a server on this
/// machine that speaks the Messages API.</summary>
internal sealed class Studio : IAsyncDisposable
{
    public const string Model = "claude-opus-5-5";

    private const string Design = "agent_design";
    private const string Assessment = "agent_assessment";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ktrdr-studio-");
    private readonly Dictionary<string, string?> _settings;
    private ServiceProvider _services = null!;

    private Studio(LoopbackServer server, Dictionary<string, string?> settings) =>
        (Server, _settings) = (server, settings);

    public LoopbackServer Server { get; }

    /// <summary>What the desk says of a strategy by its hypothesis; null for every new one.</summary>
    public Func<StrategyDocument, string?> Repeats { get; set; } = _ => null;

    public IOperations Operations => _services.GetRequiredService<IOperations>();

    /// <summary>The folder around the home.</summary>
    public string Around => _folder.FullName;

    public string Home => Path.Combine(Around, "home");

    public static async Task<Studio> OpenAsync(params (string Name, string Value)[] settings)
    {
        var server = await LoopbackServer.StartAsync();
        var studio = new Studio(
            server,
            settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)
        );
        studio._settings.TryAdd("ANTHROPIC_API_KEY", server.Key);
        studio._settings.TryAdd("ANTHROPIC_BASE_URL", server.Url);
        await studio.StartAsync();
        return studio;
    }

    public static DesignBrief Brief { get; } =
        new()
        {
            Seed = 1,
            Model = Model,
            Markets =
            [
                Sample.OnHand,
                Sample.OnHand with
                {
                    Symbol = "SPY",
                    Timeframe = "1d",
                    Kind = InstrumentKind.Equity,
                    HasVolume = true,
                },
            ],
            Earlier = [],
        };

    /// <summary>A strategy as a model would hand it in.</summary>
    public static JsonObject Config(string market = "market-1", string timeframe = "1h", int number = 1) =>
        Designs.Of(seed: 1, number, market, timeframe);

    /// <summary>The call that saves a strategy.</summary>
    public static Turn Save(JsonNode config, string name = "calm_owl", string description = "Waits.") =>
        Turn.ToolUse(
            "save_strategy_config",
            new JsonObject
            {
                ["name"] = name,
                ["description"] = description,
                ["config"] = config,
            }
        );

    /// <summary>The call that checks a strategy.</summary>
    public static Turn Validate(JsonNode config) =>
        Turn.ToolUse("validate_strategy_config", new JsonObject { ["config"] = config });

    /// <summary>A strategy with a mistake in it.</summary>
    public static JsonObject Wrong(int number = 1)
    {
        var config = Config(number: number);
        config["decisions"]!["confidence_threshold"] = 55;
        return config;
    }

    public Task<Operation> DesignAsync(params Turn[] turns) => DesignAsync(Brief, turns);

    public async Task<Operation> DesignAsync(DesignBrief brief, params Turn[] turns)
    {
        Server.Enqueue(turns);
        return await EndOf(await BeginDesignAsync(brief));
    }

    public Task<string> BeginDesignAsync(DesignBrief brief) => BeginAsync(Design, brief);

    public async Task<Operation> AssessAsync(AssessmentBrief brief, params Turn[] turns)
    {
        Server.Enqueue(turns);
        return await EndOf(await BeginAsync(Assessment, brief));
    }

    public Task<Operation> EndOf(string id) => Operations.WaitAsync(id, CancellationToken.None).WaitAsync(s_patience);

    /// <summary>The strategy that a finished design came to.</summary>
    public static StrategyDocument Strategy(Operation design)
    {
        Assert.True(design.Status == OperationStatus.Completed, design.Error?.ToString());
        return StrategyYaml.Check(System.Text.Encoding.UTF8.GetBytes(Result<Designed>(design).Yaml)).Document!;
    }

    public static T Result<T>(Operation operation) => operation.Result!.Value.Deserialize<T>(OperationJson.Options)!;

    /// <summary>What the model was told about its calls, in order, by the last request.</summary>
    public IReadOnlyList<(string Text, bool IsError)> Told =>
        [
            .. Server
                .Messages[^1]
                .ToolResults.Select(result => ((string)result["content"]!, (bool?)result["is_error"] ?? false)),
        ];

    /// <summary>The process dies and another one opens the same home.</summary>
    public async Task CrashAsync()
    {
        await _services.DisposeAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        Directory.CreateDirectory(Home);
        var services = new ServiceCollection();
        services.AddSingleton(this);
        services.AddSingleton(new ResearchOptions());
        services.AddOperations(options =>
        {
            options.DatabasePath = Path.Combine(Home, "ktrdr.db");
            options.Capacities["model"] = 4;
        });
        services.AddArchive(Home);
        services.AddAgent(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build());
        services.AddWorker<DesignerAtWork, DesignBrief, Designed>(Design, "model", "design_failed");
        services.AddWorker<AssessorAtWork, AssessmentBrief, AssessmentReply>(Assessment, "model", "assessment_failed");
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private async Task<string> BeginAsync<T>(string type, T order)
    {
        var started = await Operations.StartAsync(
            new StartRequest<T> { Type = type, Order = order },
            CancellationToken.None
        );
        return Assert.IsType<StartResult.Started>(started).Operation.Id;
    }

    internal sealed record Designed(string Yaml, int Candidates, long InputTokens, long OutputTokens);

    private sealed class DesignerAtWork(IEnumerable<IDesigner> designers, Studio studio)
        : IWorker<DesignBrief, Designed>
    {
        public async Task<Designed> RunAsync(DesignBrief order, IWorkContext work, CancellationToken cancellationToken)
        {
            var claude = designers.Single(designer => designer.Name == Providers.Anthropic);
            var design = await claude.DesignAsync(order, new Desk(studio, work), cancellationToken);
            return new Designed(
                StrategyYamlText.Write(design.Strategy),
                design.Candidates,
                design.InputTokens,
                design.OutputTokens
            );
        }
    }

    private sealed class AssessorAtWork(IEnumerable<IAssessor> assessors) : IWorker<AssessmentBrief, AssessmentReply>
    {
        public Task<AssessmentReply> RunAsync(
            AssessmentBrief order,
            IWorkContext work,
            CancellationToken cancellationToken
        ) => assessors.Single(one => one.Name == Providers.Anthropic).AssessAsync(order, work, cancellationToken);
    }

    private sealed class Desk(Studio studio, IWorkContext work) : IDesignDesk
    {
        public IWorkContext Work => work;

        public string? Repeats(StrategyDocument strategy) => studio.Repeats(strategy);

        public Task<MarketWindow> LearningBarsAsync(
            string symbol,
            Timeframe baseTimeframe,
            IReadOnlyList<Timeframe> timeframes,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException("A language model sees no bars.");
    }
}
