namespace Ktrdr.Cli;

/// <summary>What the program's exit code says; part of the contract with scripts.</summary>
internal static class Exit
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>It was not done; the message says why.</summary>
    public const int Error = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>What was waited for was cancelled, or did not end in time.</summary>
    public const int Stopped = 3;

    /// <summary>Not authorised, or no key.</summary>
    public const int Unauthorised = 4;

    /// <summary>The cycle failed by a fault.</summary>
    public const int Fault = 5;

    /// <summary>A gate turned the idea away.</summary>
    public const int TurnedAway = 6;

    /// <summary>The day's budget is spent.</summary>
    public const int BudgetExhausted = 7;

    /// <summary>The server does not answer.</summary>
    public const int Unreachable = 8;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>What the end of an operation means for whoever waited for it.</summary>
    public static int Of(string status, string? errorCode) =>
        (status.ToLowerInvariant(), errorCode) switch
        {
            ("completed", _) => Done,
            ("cancelled", _) => Stopped,
            (_, "training_gate_failed" or "backtest_gate_failed") => TurnedAway,
            (_, var code) => OfCode(code) is (BudgetExhausted or Unauthorised) and var exit ? exit : Fault,
        };

    /// <summary>What a refusal's code means; a plain error where it has no code of its own.</summary>
    public static int OfCode(string? code) =>
        code switch
        {
            "budget_exhausted" => BudgetExhausted,
            "no_api_key" or "api_key_refused" or "unauthorised" or "forbidden" => Unauthorised,
            "unknown_model" or "unpriced_model" => Usage,
            _ => Error,
        };
}
