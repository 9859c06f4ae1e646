using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Research;

/// <summary>Reads the contract's settings, from the environment or any other configuration, by the same names.</summary>
public static class ResearchSettings
{
    private const int FinestPlace = 9;
    private const decimal MostDollars = 1_000_000_000;

    /// <summary>The settings, with defaults where nothing is said.</summary>
    /// <exception cref="InvalidOperationException">A value makes no sense; the message names the setting and the value.</exception>
    public static ResearchOptions Read(IConfiguration configuration)
    {
        var scripted = Flag("USE_STUB_WORKERS");
        return new ResearchOptions
        {
            Provider = Provider(configuration["AGENT_PROVIDER"], scripted),
            DailyBudget = DailyBudget(configuration["AGENT_DAILY_BUDGET"]),
            CycleEstimate = CycleEstimate(configuration["AGENT_CYCLE_ESTIMATE"]),
            ScriptedDelaySeconds = Number("STUB_WORKER_DELAY", Flag("STUB_WORKER_FAST") ? 0.5 : 7, 0, 3600),
            MostCycles = (int)Whole("AGENT_MAX_CONCURRENT_RESEARCHES", 1, 1, ResearchOptions.MostCyclesEver),
            CheckpointEpochs = (int)Whole("TRAINING_CHECKPOINT_EPOCHS", 10, 0, 1_000_000),
            TrainingGate = new TrainingGateLimits
            {
                MinimumAccuracy = Number("TRAINING_GATE_MIN_ACCURACY", 0.45, 0, 1),
                MaximumLoss = Number("TRAINING_GATE_MAX_LOSS", 0.8, 0, 1000),
                MinimumLossDecrease = Number("TRAINING_GATE_MIN_LOSS_DECREASE", 0.2, -1000, 1),
            },
            BacktestGate = new BacktestGateLimits
            {
                MinimumWinRate = Number("BACKTEST_GATE_MIN_WIN_RATE", 0.45, 0, 1),
                MaximumDrawdown = Number("BACKTEST_GATE_MAX_DRAWDOWN", 0.4, 0, 1),
                MinimumSharpe = Number("BACKTEST_GATE_MIN_SHARPE", -0.5, -1000, 1000),
            },
        };

        bool Flag(string key) =>
            configuration[key]?.Trim().ToLowerInvariant() switch
            {
                null or "" or "0" or "false" or "no" => false,
                "1" or "true" or "yes" => true,
                var other => throw Wrong(key, other, "Use true or false."),
            };

        double Number(string key, double otherwise, double minimum, double maximum)
        {
            if (configuration[key] is not { Length: > 0 } text)
            {
                return otherwise;
            }

            const NumberStyles Strict = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
            return
                double.TryParse(text, Strict, CultureInfo.InvariantCulture, out var value)
                && value >= minimum
                && value <= maximum
                ? value
                : throw Wrong(key, text, $"Use a number from {minimum} to {maximum}.");
        }

        double Whole(string key, double otherwise, double minimum, double maximum) =>
            Number(key, otherwise, minimum, maximum) is var value && value == Math.Floor(value)
                ? value
                : throw Wrong(key, configuration[key]!, $"Use a whole number from {minimum} to {maximum}.");
    }

    private static string Provider(string? named, bool scripted) =>
        named?.Trim().ToLowerInvariant() switch
        {
            // Whoever asks for the stub means to spend nothing, whatever else is set.
            null
            or ""
            or Providers.Auto
            or Providers.Local
            or Providers.Scripted
            or Providers.Anthropic when scripted => Providers.Scripted,
            null or "" or Providers.Auto => Providers.Auto,
            Providers.Local => Providers.Local,
            Providers.Scripted => Providers.Scripted,
            Providers.Anthropic => Providers.Anthropic,
            var other => throw Wrong("AGENT_PROVIDER", other, "Use auto, anthropic, local or scripted."),
        };

    private static decimal? DailyBudget(string? text) =>
        string.IsNullOrWhiteSpace(text) ? 5
        : string.Equals(text.Trim(), "unlimited", StringComparison.OrdinalIgnoreCase) ? null
        : Dollars(text)
            ?? throw Wrong(
                "AGENT_DAILY_BUDGET",
                text,
                $"Use dollars such as 5 or 0.5, with at most {FinestPlace} places, or unlimited."
            );

    private static decimal CycleEstimate(string? text) =>
        string.IsNullOrWhiteSpace(text) ? 0.15m
        : Dollars(text) is { } dollars and > 0 ? dollars
        : throw Wrong(
            "AGENT_CYCLE_ESTIMATE",
            text,
            $"Use dollars above 0 such as 0.15, with at most {FinestPlace} places."
        );

    /// <summary>An amount as it is written, or null: a fraction of a billionth is refused, never rounded away.</summary>
    private static decimal? Dollars(string text)
    {
        var places = text.Trim().Split('.') is [_, var fraction] ? fraction.TrimEnd('0').Length : 0;
        return
            places <= FinestPlace
            && decimal.TryParse(
                text.Trim(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var value
            )
            && value <= MostDollars
            ? value
            : null;
    }

    private static InvalidOperationException Wrong(string key, string value, string next) =>
        new($"{key} is '{value}'. {next}");
}
