using System.Text.Json.Nodes;

namespace Ktrdr.Loopback;

/// <summary>What the server answers to one request.</summary>
public sealed record Turn
{
    /// <summary>The blocks of the reply, in order.</summary>
    public IReadOnlyList<ReplyBlock> Content { get; init; } = [];

    /// <summary>Why it stops; null for <c>tool_use</c> where a tool is used and <c>end_turn</c> where none is.</summary>
    public string? StopReason { get; init; }

    /// <summary>What the server says was used; null for what its own rule counts.</summary>
    public TokenCounts? Usage { get; init; }

    /// <summary>What goes wrong; null for nothing.</summary>
    public Fault? Fault { get; init; }

    /// <summary>A reply in words.</summary>
    public static Turn Text(string text) => new() { Content = [new ReplyBlock.Text(text)] };

    /// <summary>A reply that uses a tool.</summary>
    public static Turn ToolUse(string name, JsonObject input) =>
        new() { Content = [new ReplyBlock.ToolUse(name, input)] };

    /// <summary>The same reply with this thought before it.</summary>
    public Turn AfterThinking(string thought) => this with { Content = [new ReplyBlock.Thinking(thought), .. Content] };

    /// <summary>Both replies in one: words and then a tool, or several tools.</summary>
    public Turn And(Turn next) => next with { Content = [.. Content, .. next.Content] };

    /// <summary>The same reply, going wrong in this way.</summary>
    public Turn Failing(Fault fault) => this with { Fault = fault };

    /// <summary>A reply nobody is meant to read, going wrong in this way.</summary>
    public static implicit operator Turn(Fault fault) =>
        Text("This reply is long enough to be cut somewhere in its middle, and nobody is meant to read it.")
            .Failing(fault);
}

/// <summary>One block of a reply.</summary>
public abstract record ReplyBlock
{
    private ReplyBlock() { }

    /// <summary>Words.</summary>
    public sealed record Text(string Words) : ReplyBlock;

    /// <summary>A thought, which the server signs and wants back unchanged.</summary>
    public sealed record Thinking(string Thought) : ReplyBlock;

    /// <summary>The use of a tool.</summary>
    public sealed record ToolUse(string Name, JsonObject Input) : ReplyBlock;
}

/// <summary>Tokens of one exchange, each kind counted once.</summary>
/// <param name="Input">Read and not cached.</param>
/// <param name="Output">Written, thinking included.</param>
/// <param name="CacheRead">Read from the cache.</param>
/// <param name="CacheWrite5Minutes">Written to the cache for five minutes.</param>
/// <param name="CacheWrite1Hour">Written to the cache for an hour.</param>
public sealed record TokenCounts(
    long Input,
    long Output,
    long CacheRead = 0,
    long CacheWrite5Minutes = 0,
    long CacheWrite1Hour = 0
)
{
    /// <summary>Tokens of the whole prompt, which choose the price band.</summary>
    public long Prompt => Input + CacheRead + CacheWrite5Minutes + CacheWrite1Hour;
}
