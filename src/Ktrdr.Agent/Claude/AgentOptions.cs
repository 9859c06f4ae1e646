using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>How a language model is reached and how far it may go.</summary>
internal sealed record AgentOptions
{
    /// <summary>The model, an alias or an id. From <c>AGENT_MODEL</c>; default <c>opus</c>.</summary>
    public string Model { get; init; } = "opus";

    /// <summary>Tokens a reply may have at most. From <c>AGENT_MAX_TOKENS</c>; default 4,096.</summary>
    public int MaxTokens { get; init; } = 4_096;

    /// <summary>Tokens a reply must be allowed to have, or it is not asked for: a shorter one could not hold a strategy. 1,024.</summary>
    public int LeastTokens { get; init; } = 1_024;

    /// <summary>Seconds one request may take in all. From <c>AGENT_TIMEOUT_SECONDS</c>; default 300.</summary>
    public double TimeoutSeconds { get; init; } = 300;

    /// <summary>Requests one design or assessment may make. From <c>AGENT_MAX_ITERATIONS</c>; default 10.</summary>
    public int MaxRounds { get; init; } = 10;

    /// <summary>Tokens all prompts of one design or assessment may have together. From <c>AGENT_MAX_INPUT_TOKENS</c>; default
    /// 50,000.</summary>
    public long MaxInputTokens { get; init; } = 50_000;

    /// <summary>Tool calls one design or assessment may make. 16.</summary>
    public int MaxToolCalls { get; init; } = 16;

    /// <summary>Tool calls one reply may make. 8.</summary>
    public int MaxToolCallsPerReply { get; init; } = 8;

    /// <summary>Seconds after which no further request of a design or assessment is made. 900.</summary>
    public double MaxSeconds { get; init; } = 900;

    /// <summary>The most a cycle may cost, or null for unlimited. From <c>AGENT_CYCLE_LIMIT</c>; default $0.50.</summary>
    public Money? CycleLimit { get; init; } = Money.FromDollars(0.50m);

    /// <summary>The most one request may cost, or null for unlimited. From <c>AGENT_CALL_LIMIT</c>; default $0.25.</summary>
    public Money? CallLimit { get; init; } = Money.FromDollars(0.25m);

    /// <summary>A file of prices that adds to the shipped ones, or null. From <c>AGENT_PRICES</c>.</summary>
    public string? PricesFile { get; init; }

    /// <summary>What the provider knows us by, or null. From <c>ANTHROPIC_API_KEY</c> or the file <c>ANTHROPIC_API_KEY_FILE</c>.</summary>
    public Secret? Key { get; init; }

    /// <summary>Whether spans hold what was said to the model and by it. From
    /// <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c>; default false.</summary>
    public bool TellsContent { get; init; }

    /// <summary>Where the provider is. From <c>ANTHROPIC_BASE_URL</c>; default <c>https://api.anthropic.com</c>.</summary>
    public Uri BaseUrl { get; init; } = new("https://api.anthropic.com");

    /// <summary>How long the parts of a request may take.</summary>
    public Patience Patience { get; init; } = new();
}

/// <summary>How long the parts of one request may take; the whole is bounded by <see cref="AgentOptions.TimeoutSeconds"/>.</summary>
internal sealed record Patience
{
    /// <summary>To reach the provider. 10 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From sending to the first event of the reply. 60 s.</summary>
    public TimeSpan FirstEvent { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two signs of life; a ping is one. 45 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>For the provider to count the tokens of a prompt, which costs nothing and is not worth waiting for. 10 s.</summary>
    public TimeSpan Count { get; init; } = TimeSpan.FromSeconds(10);
}
