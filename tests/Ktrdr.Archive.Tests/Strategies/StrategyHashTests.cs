using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

public sealed class StrategyHashTests
{
    private static readonly string Hash = StrategyHash.Of(Example.Valid(Example.Text));

    [Fact]
    public void It_is_a_sha256_in_small_hex() => Assert.Matches("^[0-9a-f]{64}$", Hash);

    [Theory]
    [InlineData("name: pullback_rsi_adx", "name: other")]
    [InlineData("Buy shallow pullbacks while the hourly trend is strong", "Something else")]
    [InlineData("Reversion works better when ADX says the trend is real", "")]
    [InlineData("tags: [pullback, forex]", "tags: []")]
    [InlineData("version: \"3.0\"", "version: \"3.1\"")]
    [InlineData("timeframes: all", "timeframes: [1h, 4h]")]
    [InlineData("multiplier: 2.0", "multiplier: 2")]
    [InlineData(", source: close", "")]
    [InlineData("  epochs: 50\n", "")]
    [InlineData("learning_rate: 0.001", "learning_rate: 1.0e-3")]
    [InlineData("risk_management: {position_fraction: 0.25}", "exits: {type: opposite}")]
    public void What_changes_nothing_leaves_it_alone(string old, string other) =>
        Assert.Equal(Hash, StrategyHash.Of(Example.Valid(Example.With(old, other))));

    [Theory]
    [InlineData("symbol: EURUSD", "symbol: GBPUSD")]
    [InlineData("history_required: 200", "history_required: 201")]
    [InlineData("end: \"2023-12-31\"", "end: \"2023-12-30\"")]
    [InlineData("type: rsi, period: 14", "type: rsi, period: 15")]
    [InlineData("source: close", "source: open")]
    [InlineData("low: [0, 25, 45]", "low: [0, 25, 46]")]
    [InlineData("parameters: [40, 15]", "parameters: [40, 15.5]")]
    [InlineData("timeframes: [4h]", "timeframes: [1h]")]
    [InlineData("timeframes: all", "timeframes: [4h, 1h]")]
    [InlineData("normalization: zscore", "normalization: minmax")]
    [InlineData("hidden_layers: [32, 16]", "hidden_layers: [32, 17]")]
    [InlineData("activation: relu", "activation: tanh")]
    [InlineData("dropout: 0.2", "dropout: 0.3")]
    [InlineData("confidence_threshold: 0.6", "confidence_threshold: 0.61")]
    [InlineData("position_awareness: true", "position_awareness: false")]
    [InlineData("allow_short_from_flat: false", "allow_short_from_flat: true")]
    [InlineData("min_signal_separation: 4", "min_signal_separation: 5")]
    [InlineData("volume_filter: false", "volume_filter: true")]
    [InlineData("zigzag_threshold: 0.02", "zigzag_threshold: 0.03")]
    [InlineData("validation: 0.15, test: 0.15", "validation: 0.1, test: 0.2")]
    [InlineData("epochs: 50", "epochs: 51")]
    [InlineData("batch_size: 32", "batch_size: 33")]
    [InlineData("learning_rate: 0.001", "learning_rate: 0.002")]
    [InlineData("optimizer: adam", "optimizer: sgd")]
    [InlineData("enabled: true", "enabled: false")]
    [InlineData("patience: 10", "patience: 11")]
    [InlineData("gradient_clip: 1.0", "gradient_clip: 2.0")]
    [InlineData("loss: cross_entropy", "class_weights: true")]
    [InlineData("seed: 1234", "seed: 1235")]
    [InlineData("position_fraction: 0.25", "position_fraction: 0.5")]
    [InlineData("risk_management: {position_fraction: 0.25}", "exits: {type: barriers}")]
    public void Any_effective_value_changes_it(string old, string other) =>
        Assert.NotEqual(Hash, StrategyHash.Of(Example.Valid(Example.With(old, other))));
}
