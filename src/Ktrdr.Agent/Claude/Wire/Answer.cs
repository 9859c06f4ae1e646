namespace Ktrdr.Agent;

/// <summary>What came of one request.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary>A whole reply.</summary>
    public sealed record Answered(ModelReply Reply) : Answer;

    /// <summary>An error before any reply began. It costs nothing.</summary>
    /// <param name="Kind">The provider's word for it, such as <c>rate_limit_error</c>, or <c>connect</c>.</param>
    /// <param name="Status">The HTTP status, or null where none came.</param>
    /// <param name="RetryAfter">When the provider wants to be asked again, or null.</param>
    /// <param name="Message">What it said, without the key.</param>
    public sealed record NotBilled(string Kind, int? Status, TimeSpan? RetryAfter, string Message) : Answer;

    /// <summary>The request went out and no whole reply came back: nobody knows what it cost.</summary>
    /// <param name="Kind">One of <see cref="Silence"/>, or the provider's word for an error in the middle of a reply.</param>
    /// <param name="Message">What is known, without the key.</param>
    public sealed record Unknown(string Kind, string Message) : Answer;
}

/// <summary>The ways a request can go out and bring no whole reply.</summary>
internal static class Silence
{
    /// <summary>The reply took longer than a request may in all.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>The reply did not begin in time.</summary>
    public const string NeverBegan = "never_began";

    /// <summary>The reply stopped in the middle and the connection stayed open.</summary>
    public const string Stalled = "stalled";

    /// <summary>The connection broke.</summary>
    public const string Reset = "reset";

    /// <summary>The stream ended before its reply did.</summary>
    public const string Cut = "cut";

    /// <summary>What came is no reply.</summary>
    public const string Malformed = "malformed";
}
