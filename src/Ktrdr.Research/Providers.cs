namespace Ktrdr.Research;

/// <summary>Who designs and assesses.</summary>
public static class Providers
{
    /// <summary>A language model when there is a key, else the built-in designer; decided when a cycle is asked for.</summary>
    public const string Auto = "auto";

    /// <summary>Claude, over the official package.</summary>
    public const string Anthropic = "anthropic";

    /// <summary>The built-in designer and assessor: no key, no network.</summary>
    public const string Local = "local";

    /// <summary>The seeds' stub: fixed results, for trying and testing.</summary>
    public const string Scripted = "scripted";
}

/// <summary>How research is set up. Stops the host at start when a value makes no sense.</summary>
public sealed record ResearchOptions
{
    /// <summary>The most cycles that may ever be live at once: each that waits for a phase holds a place of its role.</summary>
    public const int MostCyclesEver = 16;

    /// <summary>How many cycles may be live at once, 1 to 16. From <c>AGENT_MAX_CONCURRENT_RESEARCHES</c>; default 1.</summary>
    public int MostCycles { get; init; } = 1;

    /// <summary>Epochs from one checkpoint of a training to the next, or more where that many take less than a second; 0 for none.
    /// From <c>TRAINING_CHECKPOINT_EPOCHS</c>; default 10.</summary>
    public int CheckpointEpochs { get; init; } = 10;

    /// <summary>Who designs and assesses. From <c>AGENT_PROVIDER</c>, or <c>scripted</c> by <c>USE_STUB_WORKERS</c>; default auto.</summary>
    public string Provider { get; init; } = Providers.Auto;

    /// <summary>Dollars a day for language models, in whole billionths, or null for unlimited; 0 lets nothing be spent. From
    /// <c>AGENT_DAILY_BUDGET</c>; default 5.</summary>
    public decimal? DailyBudget { get; init; } = 5;

    /// <summary>Dollars that a cycle with a language model holds back when it starts, in whole billionths. From
    /// <c>AGENT_CYCLE_ESTIMATE</c>; default 0.15.</summary>
    public decimal CycleEstimate { get; init; } = 0.15m;

    /// <summary>Limits of the first gate. From <c>TRAINING_GATE_*</c>.</summary>
    public TrainingGateLimits TrainingGate { get; init; } = new();

    /// <summary>Limits of the second gate. From <c>BACKTEST_GATE_*</c>.</summary>
    public BacktestGateLimits BacktestGate { get; init; } = new();

    /// <summary>Seconds that a scripted phase takes. From <c>STUB_WORKER_DELAY</c>, 0.5 with <c>STUB_WORKER_FAST</c>; default 7.</summary>
    public double ScriptedDelaySeconds { get; init; } = 7;
}
