using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Research;

/// <summary>Reads the contract's settings, from the environment or any other configuration, by the same names.</summary>
public static class ResearchSettings
{
    /// <summary>The settings, with defaults where nothing is said.</summary>
    /// <exception cref="InvalidOperationException">A value makes no sense; the message names the setting and the value.</exception>
    public static ResearchOptions Read(IConfiguration configuration)
    {
        var scripted = Flag("USE_STUB_WORKERS");
        return new ResearchOptions
        {
            Provider = Provider(configuration["AGENT_PROVIDER"], scripted),
            DailyBudget = DailyBudget(configuration["AGENT_DAILY_BUDGET"]),
            CycleEstimate = (decimal)Number("AGENT_CYCLE_ESTIMATE", 0.15, 0.000_001, 1000),
            ScriptedDelaySeconds = Number("STUB_WORKER_DELAY", Flag("STUB_WORKER_FAST") ? 0.5 : 7, 0, 3600),
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
    }

    private static string Provider(string? named, bool scripted) =>
        named?.Trim().ToLowerInvariant() switch
        {
            null or "" or "auto" => scripted ? Providers.Scripted : Providers.Local,
            Providers.Local => Providers.Local,
            Providers.Scripted => Providers.Scripted,
            Providers.Anthropic => Providers.Anthropic,
            var other => throw Wrong("AGENT_PROVIDER", other, "Use auto, local or scripted."),
        };

    private static decimal? DailyBudget(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return 5;
        }

        if (string.Equals(text.Trim(), "unlimited", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= 0
            ? value
            : throw Wrong("AGENT_DAILY_BUDGET", text, "Use dollars such as 5 or 0.5, or unlimited.");
    }

    private static InvalidOperationException Wrong(string key, string value, string next) =>
        new($"{key} is '{value}'. {next}");
}
