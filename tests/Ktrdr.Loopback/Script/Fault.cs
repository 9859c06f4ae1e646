namespace Ktrdr.Loopback;

/// <summary>A way for an exchange to go wrong.</summary>
public abstract record Fault
{
    private const int BeforeHeaders = -1;

    private Fault() { }

    /// <summary>Answered with an error status before any message begins.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Type">The type in the error's envelope.</param>
    /// <param name="Message">The message in the error's envelope.</param>
    /// <param name="RetryAfter">The <c>retry-after</c> header, or null for none.</param>
    public sealed record Refused(int Status, string Type, string Message, string? RetryAfter = null) : Fault;

    /// <summary>Begun and not brought to its end.</summary>
    /// <param name="AfterEvents">How many events get through first; 0 is after the headers, -1 before them.</param>
    /// <param name="How">What happens there.</param>
    public sealed record Interrupted(int AfterEvents, Interruption How) : Fault;

    /// <summary>Brought to its end, slowly.</summary>
    /// <param name="Between">The pause before each event.</param>
    public sealed record Slow(TimeSpan Between) : Fault;

    /// <summary>Brought to its end, with an event in the middle of a type nobody knows, which clients must pass over.</summary>
    public sealed record Strange : Fault;

    /// <summary>429, to be tried again after so many seconds.</summary>
    public static Fault RateLimit(int retryAfterSeconds) =>
        new Refused(
            429,
            "rate_limit_error",
            "This request would exceed your organization's rate limit of 50 requests per minute.",
            retryAfterSeconds.ToString()
        );

    /// <summary>429, and trying again is of no use before the date it names.</summary>
    public static Fault SpendLimit { get; } =
        new Refused(
            429,
            "rate_limit_error",
            "You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC."
        );

    /// <summary>400, until somebody pays.</summary>
    public static Fault CreditTooLow { get; } =
        new Refused(
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API. "
                + "Please go to Plans & Billing to upgrade or purchase credits."
        );

    /// <summary>529.</summary>
    public static Fault Overloaded { get; } = new Refused(529, "overloaded_error", "Overloaded");

    /// <summary>500.</summary>
    public static Fault InternalError { get; } = new Refused(500, "api_error", "Internal server error");

    /// <summary>503.</summary>
    public static Fault Unavailable { get; } = new Refused(503, "api_error", "Service unavailable");

    /// <summary>The connection is reset before the headers.</summary>
    public static Fault ResetBeforeHeaders { get; } = new Interrupted(BeforeHeaders, Interruption.Reset);

    /// <summary>Nothing comes, not even headers, until <see cref="LoopbackServer.Release"/> or the client goes.</summary>
    public static Fault Hang { get; } = new Interrupted(BeforeHeaders, Interruption.Stall);

    /// <summary>The connection is reset after so many events.</summary>
    public static Fault ResetAfter(int events) => new Interrupted(events, Interruption.Reset);

    /// <summary>The reply ends in order after so many events, without its <c>message_stop</c>.</summary>
    public static Fault EndAfter(int events) => new Interrupted(events, Interruption.End);

    /// <summary>Nothing more comes after so many events, until <see cref="LoopbackServer.Release"/> or the client goes.</summary>
    public static Fault StallAfter(int events) => new Interrupted(events, Interruption.Stall);

    /// <summary>An <c>error</c> event comes after so many events, and then the end.</summary>
    public static Fault ErrorAfter(int events) => new Interrupted(events, Interruption.Error);

    /// <summary>An event of nonsense comes after so many events, and then the end.</summary>
    public static Fault GarbageAfter(int events) => new Interrupted(events, Interruption.Garbage);
}

/// <summary>What happens where a reply is interrupted.</summary>
public enum Interruption
{
    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>The reply ends in order, too early.</summary>
    End,

    /// <summary>Nothing more comes until it is released, then the rest does.</summary>
    Stall,

    /// <summary>An <c>error</c> event comes, and then the end.</summary>
    Error,

    /// <summary>An event of nonsense comes, and then the end.</summary>
    Garbage,
}
