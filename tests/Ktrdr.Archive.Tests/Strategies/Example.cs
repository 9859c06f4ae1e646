using System.Text;
using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

/// <summary>A strategy that uses most of the format, and ways to spoil it.</summary>
internal static class Example
{
    public const string Text = """
        name: pullback_rsi_adx
        description: "Buy shallow pullbacks while the hourly trend is strong"
        hypothesis: "Reversion works better when ADX says the trend is real"
        version: "3.0"
        tags: [pullback, forex]

        training_data:
          symbols: {mode: single, symbol: EURUSD}
          timeframes: {mode: multi_timeframe, list: [1h, 4h], base_timeframe: 1h}
          history_required: 200
          date_range: {start: "2019-01-01", end: "2023-12-31"}

        indicators:
          rsi_14: {type: rsi, period: 14, source: close}
          adx_14: {type: adx, period: 14}
          bb_20: {type: bbands, period: 20, multiplier: 2.0}
          mom_10: {type: momentum, period: 10}

        fuzzy_sets:
          rsi_zone:
            indicator: rsi_14
            low: [0, 25, 45]
            mid: {type: triangular, parameters: [30, 50, 70]}
            high: {type: trapezoidal, parameters: [55, 75, 100, 100]}
          trend_strength:
            indicator: adx_14.adx
            weak: [0, 10, 25]
            strong: {type: gaussian, parameters: [40, 15]}

        nn_inputs:
          - {fuzzy_set: rsi_zone, timeframes: all}
          - {fuzzy_set: trend_strength, timeframes: [4h]}
          - {raw_indicator: mom_10, timeframes: [1h], normalization: zscore}

        model:
          type: mlp
          architecture: {hidden_layers: [32, 16], activation: relu, output_activation: softmax, dropout: 0.2}

        decisions:
          output_format: classification
          confidence_threshold: 0.6
          position_awareness: true
          allow_short_from_flat: false
          filters: {min_signal_separation: 4, volume_filter: false}

        training:
          method: supervised
          labels: {source: zigzag, zigzag_threshold: 0.02, label_lookahead: 20}
          data_split: {train: 0.7, validation: 0.15, test: 0.15}
          epochs: 50
          batch_size: 32
          learning_rate: 0.001
          optimizer: adam
          early_stopping: {enabled: true, patience: 10, min_delta: 0.001, monitor: val_loss}
          gradient_clip: 1.0
          loss: cross_entropy
          seed: 1234

        risk_management: {position_fraction: 0.25}
        """;

    /// <summary>The least that is a strategy.</summary>
    public const string Least = """
        name: least
        version: 3.0
        training_data:
          symbols: {symbol: SPY}
          timeframes: {timeframe: 1h}
        indicators: {rsi_14: {type: RSI}}
        fuzzy_sets: {rsi_zone: {indicator: rsi_14, low: [0, 0, 60], high: [40, 100, 100]}}
        nn_inputs: [{fuzzy_set: rsi_zone}]
        model: {type: mlp, architecture: {hidden_layers: [8]}}
        decisions: {output_format: classification}
        training: {labels: {source: triple_barrier, pt_multiplier: 3}}
        """;

    public static StrategyReading Read(string text) => StrategyYaml.Check(Encoding.UTF8.GetBytes(text));

    public static StrategyDocument Valid(string text)
    {
        var reading = Read(text);
        Assert.Empty(reading.Errors);
        return reading.Document!;
    }

    /// <summary>The example with one piece of text in place of another, which must be in it.</summary>
    public static string With(string old, string replacement)
    {
        Assert.Contains(old, Text, StringComparison.Ordinal);
        return Text.Replace(old, replacement, StringComparison.Ordinal);
    }
}
