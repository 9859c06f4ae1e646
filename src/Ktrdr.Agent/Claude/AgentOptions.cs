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
}
