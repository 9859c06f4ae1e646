using System.Text;
using System.Text.Json;
using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

public sealed class ValidStrategyTests
{
    [Fact]
    public void The_example_is_read_as_it_is_meant()
    {
        var strategy = Example.Valid(Example.Text);

        Assert.Equal("pullback_rsi_adx", strategy.Name);
        Assert.Equal([Timeframe.H1, Timeframe.H4], strategy.Data.Timeframes);
        Assert.Equal(new DateOnly(2019, 1, 1), strategy.Data.Start);
        Assert.Equal(
            ["rsi", "adx", "bollingerbands", "momentum"],
            strategy.Indicators.Select(known => known.Definition.Type)
        );
        Assert.Equal(new MembershipFunction.Gaussian(40, 15), strategy.FuzzySets[1].Memberships[1].Function);
        Assert.Equal(new LabelRules.ZigZag(0.02, 20), strategy.Training.Labels);
        Assert.Equal(new EarlyStopping(10, 0.001), strategy.Training.EarlyStopping);
        Assert.Equal(1234, strategy.Training.Seed);
        Assert.Equal(ExitKind.Opposite, strategy.Exits.Kind);
        Assert.Equal(
            [
                "1h_rsi_zone_low",
                "1h_rsi_zone_mid",
                "1h_rsi_zone_high",
                "4h_rsi_zone_low",
                "4h_rsi_zone_mid",
                "4h_rsi_zone_high",
                "4h_trend_strength_weak",
                "4h_trend_strength_strong",
                "1h_mom_10_raw",
            ],
            FeaturePlan.From(strategy).Names
        );
    }

    [Fact]
    public void An_indicator_that_nothing_uses_is_a_warning() =>
        Assert.Equal(["indicators.bb_20: the indicator 'bb_20' is never used"], Example.Read(Example.Text).Warnings);

    [Fact]
    public void A_range_no_membership_covers_is_a_warning_with_a_suggestion()
    {
        var reading = Example.Read(
            Example
                .With("    mid: {type: triangular, parameters: [30, 50, 70]}\n", "")
                .Replace(
                    "strong: {type: gaussian, parameters: [40, 15]}",
                    "strong: [30, 60, 90]",
                    StringComparison.Ordinal
                )
        );

        Assert.Contains(
            "fuzzy_sets.rsi_zone: dead zone: no membership covers 45 to 55, so bars there look alike to the network",
            reading.Warnings
        );
        Assert.Contains(
            "fuzzy_sets.trend_strength: dead zone: no membership covers 25 to 30 and 90 to 100, so bars there look alike to the network",
            reading.Warnings
        );
        Assert.Contains(
            "fuzzy_sets.rsi_zone: let neighbouring memberships overlap by about half.",
            reading.Suggestions
        );
    }

    [Fact]
    public void An_unused_fuzzy_set_and_an_unusual_threshold_are_warnings()
    {
        var reading = Example.Read(
            Example
                .With("  - {fuzzy_set: trend_strength, timeframes: [4h]}\n", "")
                .Replace("zigzag_threshold: 0.02", "zigzag_threshold: 0.2", StringComparison.Ordinal)
        );

        Assert.Contains("fuzzy_sets.trend_strength: the fuzzy set 'trend_strength' is never used", reading.Warnings);
        Assert.Contains(reading.Warnings, warning => warning.Contains("moves of 20 %", StringComparison.Ordinal));
    }

    [Fact]
    public void More_than_sixty_inputs_are_a_warning()
    {
        var memberships = string.Concat(Enumerable.Range(0, 61).Select(i => $"    m{i}: [0, 50, 100]\n"));
        var reading = Example.Read(Example.With("    low: [0, 25, 45]\n", memberships));

        Assert.Contains("nn_inputs: 129 inputs; more than 60 are easily learned by heart", reading.Warnings);
    }

    [Fact]
    public void Hyper_parameters_in_their_old_place_count_and_are_deprecated()
    {
        var text = Example
            .With("  epochs: 50\n", "")
            .Replace(
                "type: mlp\n",
                "type: mlp\n  training: {epochs: 70, batch_size: 32.0}\n",
                StringComparison.Ordinal
            );
        var reading = Example.Read(text);

        Assert.Equal(70, reading.Document?.Training.Epochs);
        Assert.Contains(
            "model.training: hyper-parameters here are deprecated; a saved strategy has them under training",
            reading.Warnings
        );
    }

    [Fact]
    public void Deployment_is_checked_and_said_to_change_nothing()
    {
        var reading = Example.Read(
            Example.Text
                + "\ndeployment: {target_symbols: {mode: training_only}, target_timeframes: {mode: single, timeframe: 1h}}"
        );

        Assert.True(reading.Valid);
        Assert.Contains(
            reading.Suggestions,
            said => said.StartsWith("deployment: it is checked", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_is_left_out_is_filled_from_the_table_and_written_back()
    {
        var written = StrategyYamlText.Write(Example.Valid(Example.Least));

        Assert.Equal(
            """
            name: least
            description: ""
            hypothesis: ""
            version: "3.0"
            tags: []
            training_data:
              symbols: {mode: single, symbol: SPY}
              timeframes: {mode: single, timeframe: 1h}
              history_required: 200
            indicators:
              rsi_14: {type: rsi, period: 14, source: close}
            fuzzy_sets:
              rsi_zone:
                indicator: rsi_14
                low: [0, 0, 60]
                high: [40, 100, 100]
            nn_inputs:
              - {fuzzy_set: rsi_zone, timeframes: [1h]}
            model:
              type: mlp
              architecture:
                hidden_layers: [8]
                activation: relu
                dropout: 0.2
            decisions:
              output_format: classification
              confidence_threshold: 0.6
              position_awareness: true
              allow_short_from_flat: false
              filters: {min_signal_separation: 4, volume_filter: false}
            exits:
              type: barriers
              take_profit_atr: 3
              stop_atr: 1.5
              atr_period: 50
              max_bars: 50
            training:
              method: supervised
              labels: {source: triple_barrier, pt_multiplier: 3, sl_multiplier: 1.5, max_holding_period: 50, vol_span: 50, vol_method: atr}
              data_split: {train: 0.7, validation: 0.15, test: 0.15}
              epochs: 50
              batch_size: 32
              learning_rate: 0.001
              optimizer: adam
              weight_decay: 0
              loss: cross_entropy
              class_weights: false
              early_stopping: {enabled: false}
            risk_management:
              position_fraction: 0.25

            """.ReplaceLineEndings("\n"),
            written
        );
    }

    [Fact]
    public void A_json_object_is_read_by_the_same_rules()
    {
        using var json = JsonDocument.Parse(
            """
            {"name": "least", "version": "3.0",
             "training_data": {"symbols": {"symbol": "SPY"}, "timeframes": {"timeframe": "1h"}},
             "indicators": {"rsi_14": {"type": "RSI"}},
             "fuzzy_sets": {"rsi_zone": {"indicator": "rsi_14", "low": [0, 0, 60], "high": [4e1, 100, 100]}},
             "nn_inputs": [{"fuzzy_set": "rsi_zone"}],
             "model": {"type": "mlp", "architecture": {"hidden_layers": [8], "dropout": null}},
             "decisions": {"output_format": "classification", "position_awareness": true},
             "training": {"labels": {"source": "triple_barrier", "pt_multiplier": 3}}}
            """
        );

        var reading = StrategyReader.Read(DocumentNode.From(json.RootElement));

        Assert.Empty(reading.Errors);
        Assert.Equal(StrategyYamlText.Write(Example.Valid(Example.Least)), StrategyYamlText.Write(reading.Document!));
    }

    [Theory]
    [InlineData(Example.Text)]
    [InlineData(Example.Least)]
    public void What_is_written_reads_as_the_same_strategy(string text)
    {
        var strategy = Example.Valid(text);

        Assert.Equivalent(strategy, Example.Valid(StrategyYamlText.Write(strategy)), strict: true);
    }

    [Fact]
    public void Any_strategy_survives_being_written_and_read()
    {
        for (var number = 0; number < 100; number++)
        {
            var strategy = RandomStrategy.Draw(new Seed(number));
            var written = StrategyYamlText.Write(strategy);
            var read = Example.Valid(written);

            Assert.Equal(written, StrategyYamlText.Write(read));
            Assert.Equal(StrategyHash.Of(strategy), StrategyHash.Of(read));
            Assert.Equivalent(strategy, read, strict: true);
        }
    }

    [Fact]
    public void No_text_crashes_the_reader()
    {
        const string Noise = "{}[]&*!|>%@`\"'#,:?-\t\n \r~<=0e9.ä漢\uD800";
        var random = new Seed(1).For("noise");
        for (var round = 0; round < 1_000; round++)
        {
            var text = new StringBuilder(Example.Text);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) == 0 ? text.Remove(at, 1) : text.Insert(at, Noise[random.Next(Noise.Length)]);
            }

            var reading = StrategyYaml.Check(Encoding.UTF8.GetBytes(text.ToString()));

            Assert.Equal(reading.Valid, reading.Errors.Count == 0);
        }
    }

    [Theory]
    [InlineData("""{"\ud800": 1}""")]
    [InlineData("""{"name": "\udc00"}""")]
    public void Half_a_character_is_refused_in_keys_and_in_values(string text)
    {
        using var json = JsonDocument.Parse(text);

        Assert.Throws<FormatException>(() => DocumentNode.From(json.RootElement));
    }
}
