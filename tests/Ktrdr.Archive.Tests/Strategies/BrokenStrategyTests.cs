using System.Text;

namespace Ktrdr.Archive.Tests;

public sealed class BrokenStrategyTests
{
    /// <summary>What of the example is replaced, by what, and the one message that follows.</summary>
    public static TheoryData<string, string, string> Broken { get; } =
        new()
        {
            // Names, texts and the version
            {
                "name: pullback_rsi_adx",
                "name: ../x",
                "name (line 1): '../x' has characters other than letters, digits, '_' and '-'; 'x' would do"
            },
            { "name: pullback_rsi_adx", "name: \"a\\0b\"", "name (line 1): 'a\\u0000b' has control characters" },
            {
                "name: pullback_rsi_adx",
                "name: con",
                "name (line 1): 'con' is a device on Windows and cannot be a file there; 'con_strategy' would do"
            },
            { "name: pullback_rsi_adx", "name: two words", "'two_words' would do" },
            { "name: pullback_rsi_adx", "name:", "name (line 1): missing; write for example 'name: my_strategy'" },
            {
                "version: \"3.0\"",
                "version: \"2.0\"",
                "version (line 4): '2.0' is not version 3 of the format; write \"3.0\""
            },
            { "version: \"3.0\"", "version: [3]", "version (line 4): a list of 1 is not a text" },
            { "tags: [pullback, forex]", "tags: pullback", "tags (line 5): 'pullback' is not a list" },
            {
                "tags: [pullback, forex]",
                "tagz: [pullback, forex]",
                "tagz (line 5): unknown key 'tagz'; did you mean 'tags'?"
            },
            // Data
            {
                "symbol: EURUSD",
                "symbol: EUR/USD",
                "training_data.symbols.symbol (line 8): 'EUR/USD' is not a symbol"
            },
            {
                "{mode: single, symbol: EURUSD}",
                "{mode: single}",
                "training_data.symbols.symbol (line 8): missing; write for example 'symbol: EURUSD'"
            },
            {
                "{mode: single, symbol: EURUSD}",
                "{mode: singel, symbol: EURUSD}",
                "training_data.symbols.mode (line 8): 'singel' is none of single; did you mean 'single'?"
            },
            {
                "{mode: single, symbol: EURUSD}",
                "{mode: multi_symbol, list: [EURUSD]}",
                "training_data.symbols.mode (line 8): 'multi_symbol' is not supported yet"
            },
            {
                "{mode: single, symbol: EURUSD}",
                "{list: [EURUSD, GBPUSD]}",
                "training_data.symbols.list (line 8): several symbols in one strategy are not supported yet; keep one of the 2"
            },
            { "{mode: single, symbol: EURUSD}", "EURUSD", "training_data.symbols (line 8): 'EURUSD' is not a mapping" },
            {
                "list: [1h, 4h]",
                "list: [1h, 2h, 4h]",
                "training_data.timeframes.list[1] (line 9): '2h' is not a timeframe; use one of 1m, 5m, 15m, 30m, 1h, 4h, 1d, 1w"
            },
            {
                "list: [1h, 4h]",
                "list: [1h, 4h, 1h]",
                "training_data.timeframes.list[2] (line 9): '1h' is listed twice"
            },
            {
                "base_timeframe: 1h",
                "base_timeframe: 1d",
                "training_data.timeframes.base_timeframe (line 9): '1d' is not among the timeframes 1h, 4h; the nearest is '4h'"
            },
            {
                ", base_timeframe: 1h",
                "",
                "training_data.timeframes.base_timeframe (line 9): missing; write for example 'base_timeframe: 1h'"
            },
            {
                "mode: multi_timeframe",
                "mode: single",
                "training_data.timeframes (line 9): mode single with 2 timeframes; use mode multi_timeframe"
            },
            {
                "history_required: 200",
                "history_required: 49",
                "training_data.history_required (line 10): 49 is out of range; allowed is from 50 to 1000000; the nearest is 50"
            },
            {
                "history_required: 200",
                "history_required: 200.5",
                "training_data.history_required (line 10): 200.5 is not a whole number; the nearest is 200"
            },
            {
                "start: \"2019-01-01\"",
                "start: \"2019-02-30\"",
                "training_data.date_range.start (line 11): '2019-02-30' is not a day of the calendar"
            },
            {
                "start: \"2019-01-01\"",
                "start: \"2024-01-01\"",
                "training_data (line 8): the range starts at 2024-01-01, after its end 2023-12-31"
            },
            {
                "  history_required: 200",
                "  history_required: 200\n  start_date: 2018-01-01",
                "training_data.start_date (line 11): '2018-01-01' contradicts training_data.date_range.start '2019-01-01'"
            },
            {
                "indicators:\n",
                "context_data: [{provider: fred, series: DGS2}]\nindicators:\n",
                "context_data (line 13): context_data is not supported yet"
            },
            // Indicators
            {
                "{type: rsi, period: 14, source: close}",
                "{type: rssi}",
                "indicators.rsi_14.type (line 14): 'rssi' is not an indicator; did you mean 'rsi'?"
            },
            {
                "{type: momentum, period: 10}",
                "{type: ichimoku}",
                "indicators.mom_10.type (line 17): 'ichimoku' cannot be used as an indicator: it is not available yet"
            },
            {
                "{type: momentum, period: 10}",
                "{type: zigzag, threshold: 0.05}",
                "indicators.mom_10.type (line 17): 'zigzag' cannot be used as an indicator: zigzag repaints"
            },
            {
                "{type: momentum, period: 10}",
                "{period: 10}",
                "indicators.mom_10.type (line 17): missing; write for example 'type: rsi'"
            },
            {
                "period: 14, source: close",
                "period: 1, source: close",
                "indicators.rsi_14.period (line 14): 1 is out of range; allowed is from 2 to 100; the nearest is 2"
            },
            {
                "period: 14, source: close",
                "period: 14.5, source: close",
                "indicators.rsi_14.period (line 14): 14.5 is not a whole number; the nearest is 14"
            },
            {
                "period: 14, source: close",
                "perod: 14, source: close",
                "indicators.rsi_14.perod (line 14): unknown key 'perod'; did you mean 'period'?; valid here: type, data_source, period, source"
            },
            {
                "period: 14, source: close",
                "period: \"14\", source: close",
                "indicators.rsi_14.period (line 14): '14' is not a finite number"
            },
            {
                "source: close",
                "source: median",
                "indicators.rsi_14.source (line 14): 'median' is none of close, open, high, low, volume"
            },
            {
                "multiplier: 2.0",
                "multiplier: 0",
                "indicators.bb_20.multiplier (line 16): 0 is out of range; allowed is above 0 to"
            },
            {
                "multiplier: 2.0",
                "multiplier: 1e309",
                "indicators.bb_20.multiplier (line 16): '1e309' is not a finite number"
            },
            {
                "multiplier: 2.0",
                "multiplier: .nan",
                "indicators.bb_20.multiplier (line 16): '.nan' is not a finite number"
            },
            {
                "multiplier: 2.0",
                "multiplier: NaN",
                "indicators.bb_20.multiplier (line 16): 'NaN' is not a finite number"
            },
            {
                "multiplier: 2.0",
                "multiplier: \"1,234.5\"",
                "indicators.bb_20.multiplier (line 16): '1,234.5' is not a finite number"
            },
            {
                "{type: momentum, period: 10}",
                "{type: momentum, period: 10, data_source: fred}",
                "indicators.mom_10.data_source (line 17): data_source is not supported yet"
            },
            { "  bb_20: {", "  20_bb: {", "indicators.20_bb (line 16): '20_bb' is not a name; start with a letter" },
            { "  bb_20: {", "  Close: {", "indicators.Close (line 16): 'Close' is a column of the bars" },
            {
                "  bb_20: {",
                "  adx_14: {",
                "indicators.adx_14 (line 16): the key is given twice, first on line 15; keep one"
            },
            // Fuzzy sets
            {
                "indicator: rsi_14",
                "indicator: rsi_41",
                "fuzzy_sets.rsi_zone.indicator (line 21): there is no indicator 'rsi_41'; did you mean 'rsi_14'?"
            },
            {
                "indicator: rsi_14",
                "indicator: rsi_14.value",
                "fuzzy_sets.rsi_zone.indicator (line 21): 'rsi_14.value': rsi has one output, so it takes no dot; write 'rsi_14'"
            },
            {
                "indicator: adx_14.adx",
                "indicator: adx_14",
                "fuzzy_sets.trend_strength.indicator (line 26): 'adx_14': adx has the outputs adx, plus_di, minus_di; write for example 'adx_14.adx'"
            },
            {
                "indicator: adx_14.adx",
                "indicator: adx_14.plus",
                "fuzzy_sets.trend_strength.indicator (line 26): adx has no output 'plus'; did you mean 'plus_di'?"
            },
            {
                "low: [0, 25, 45]",
                "low: [0, 45, 25]",
                "fuzzy_sets.rsi_zone.low (line 22): [0, 45, 25] does not rise; sorted it is [0, 25, 45]"
            },
            {
                "low: [0, 25, 45]",
                "low: [0, 25, 45, 60]",
                "fuzzy_sets.rsi_zone.low (line 22): triangular takes 3 numbers, not 4; 4 numbers make a trapezoidal one"
            },
            {
                "low: [0, 25, 45]",
                "low: [0, 25, oops]",
                "fuzzy_sets.rsi_zone.low[2] (line 22): 'oops' is not a finite number"
            },
            { "low: [0, 25, 45]", "low: 25", "fuzzy_sets.rsi_zone.low (line 22): '25' is not a membership" },
            {
                "{type: triangular, parameters: [30, 50, 70]}",
                "{type: triangle, parameters: [30, 50, 70]}",
                "fuzzy_sets.rsi_zone.mid.type (line 23): 'triangle' is none of triangular, trapezoidal, gaussian; did you mean 'triangular'?"
            },
            {
                "parameters: [40, 15]",
                "parameters: [40, 0]",
                "fuzzy_sets.trend_strength.strong.parameters[1] (line 28): 0 is not a deviation; it must be above 0"
            },
            {
                "parameters: [40, 15]",
                "parameters: [40, 15, 1]",
                "fuzzy_sets.trend_strength.strong.parameters (line 28): gaussian takes 2 numbers, not 3; 3 numbers make a triangular one"
            },
            // Inputs
            {
                "{fuzzy_set: rsi_zone, timeframes: all}",
                "{fuzzy_set: rsi_zones, timeframes: all}",
                "nn_inputs[0].fuzzy_set (line 31): there is no fuzzy set 'rsi_zones'; did you mean 'rsi_zone'?"
            },
            {
                "{fuzzy_set: rsi_zone, timeframes: all}",
                "{timeframes: all}",
                "nn_inputs[0] (line 31): neither fuzzy_set nor raw_indicator is given"
            },
            {
                "{fuzzy_set: rsi_zone, timeframes: all}",
                "{fuzzy_set: rsi_zone, raw_indicator: rsi_14}",
                "nn_inputs[0] (line 31): both fuzzy_set and raw_indicator are given"
            },
            {
                "{fuzzy_set: rsi_zone, timeframes: all}",
                "{fuzzy_set: rsi_zone, timeframes: [1d]}",
                "nn_inputs[0].timeframes[0] (line 31): '1d' is not in training_data.timeframes; there are 1h, 4h"
            },
            {
                "{fuzzy_set: rsi_zone, timeframes: all}",
                "{fuzzy_set: rsi_zone, timeframes: [1h, 1h]}",
                "nn_inputs[0] (line 31): the feature '1h_rsi_zone_low' is there twice"
            },
            {
                "timeframes: [4h]}",
                "timeframes: [4h], normalization: minmax}",
                "nn_inputs[1].normalization (line 32): a membership already lies between 0 and 1"
            },
            {
                "normalization: zscore",
                "normalization: z-score",
                "nn_inputs[2].normalization (line 33): 'z-score' is none of none, minmax, zscore; did you mean 'zscore'?"
            },
            {
                "raw_indicator: mom_10",
                "raw_indicator: bb_20",
                "nn_inputs[2].raw_indicator (line 33): 'bb_20': bollingerbands has the outputs upper, middle, lower"
            },
            // Model and decisions
            { "type: mlp", "type: lstm", "model.type (line 36): 'lstm' is not supported yet" },
            { "type: mlp", "type: gru", "model.type (line 36): 'gru' is not supported yet" },
            { "type: mlp", "type: transformer", "model.type (line 36): 'transformer' is none of mlp" },
            {
                "hidden_layers: [32, 16]",
                "hidden_layers: []",
                "model.architecture.hidden_layers (line 37): a list of 0 is no shape for a network"
            },
            {
                "hidden_layers: [32, 16]",
                "hidden_layers: [32, 0]",
                "model.architecture.hidden_layers[1] (line 37): 0 is out of range; allowed is from 1 to 4096; the nearest is 1"
            },
            {
                "hidden_layers: [32, 16]",
                "sequence_length: 24, hidden_layers: [32, 16]",
                "model.architecture.sequence_length (line 37): sequence_length is not supported yet"
            },
            {
                "activation: relu",
                "activation: reluu",
                "model.architecture.activation (line 37): 'reluu' is none of relu, tanh, sigmoid, leaky_relu; did you mean 'relu'?"
            },
            {
                "dropout: 0.2",
                "dropout: 1",
                "model.architecture.dropout (line 37): 1 is out of range; allowed is from 0 to below 1"
            },
            {
                "output_format: classification",
                "output_format: regression",
                "decisions.output_format (line 40): 'regression' is not supported yet"
            },
            {
                "confidence_threshold: 0.6",
                "confidence_threshold: 60",
                "decisions.confidence_threshold (line 41): 60 is out of range; allowed is from 0 to 1; the nearest is 1"
            },
            {
                "position_awareness: true",
                "position_awareness: yes",
                "decisions.position_awareness (line 42): 'yes' is neither true nor false"
            },
            {
                "min_signal_separation: 4",
                "min_signal_separation: -1",
                "decisions.filters.min_signal_separation (line 44): -1 is out of range; allowed is at least 0; the nearest is 0"
            },
            {
                "volume_filter: false",
                "volume_filtre: false",
                "decisions.filters.volume_filtre (line 44): unknown key 'volume_filtre'; did you mean 'volume_filter'?"
            },
            // Training
            {
                "method: supervised",
                "method: reinforcement",
                "training.method (line 47): 'reinforcement' is none of supervised"
            },
            {
                "source: zigzag,",
                "source: zigzagg,",
                "training.labels.source (line 48): 'zigzagg' is none of zigzag, triple_barrier; did you mean 'zigzag'?"
            },
            {
                "source: zigzag,",
                "source: forward_return,",
                "training.labels.source (line 48): 'forward_return' is not supported yet"
            },
            {
                "source: zigzag,",
                "source: zigzag_extremes,",
                "training.labels.source (line 48): 'zigzag_extremes' is not supported yet"
            },
            { "source: zigzag,", "source: regime,", "training.labels.source (line 48): 'regime' is not supported yet" },
            {
                "source: zigzag,",
                "source: context,",
                "training.labels.source (line 48): 'context' is not supported yet"
            },
            {
                "zigzag_threshold: 0.02",
                "zigzag_threshold: 5",
                "training.labels.zigzag_threshold (line 48): 5 is out of range; allowed is above 0 to below 1, a fraction of the price; did you mean 0.05?"
            },
            { "test: 0.15", "test: 0.25", "training.data_split (line 49): 0.7 + 0.15 + 0.25 is 1.1, not 1" },
            {
                "test: 0.15",
                "test: 0",
                "training.data_split.test (line 49): 0 is out of range; allowed is above 0 to 1"
            },
            { "epochs: 50", "epochs: fifty", "training.epochs (line 50): 'fifty' is not a finite number" },
            {
                "epochs: 50",
                "epochs: 0",
                "training.epochs (line 50): 0 is out of range; allowed is from 1 to 1000000; the nearest is 1"
            },
            { "epochs: 50", "epoch: 50", "training.epoch (line 50): unknown key 'epoch'; did you mean 'epochs'?" },
            {
                "learning_rate: 0.001",
                "learning_rate: 0",
                "training.learning_rate (line 52): 0 is out of range; allowed is above 0 to 1"
            },
            {
                "optimizer: adam",
                "optimizer: adan",
                "training.optimizer (line 53): 'adan' is none of adam, adamw, sgd, rmsprop; did you mean 'adam'?"
            },
            {
                "monitor: val_loss",
                "monitor: val_accuracy",
                "training.early_stopping.monitor (line 54): 'val_accuracy' is not supported yet"
            },
            {
                "early_stopping: {enabled: true, ",
                "early_stopping: {enabled: 1, ",
                "training.early_stopping.enabled (line 54): '1' is neither true nor false"
            },
            { "loss: cross_entropy", "loss: focal", "training.loss (line 56): 'focal' is not supported yet" },
            {
                "loss: cross_entropy",
                "lr_scheduler: {type: step}",
                "training.lr_scheduler (line 56): lr_scheduler is not supported yet"
            },
            {
                "type: mlp\n",
                "type: mlp\n  training: {epochs: 60}\n",
                "model.training.epochs (line 37): '60' contradicts training.epochs '50'; keep the one under training"
            },
            {
                "risk_management: {position_fraction: 0.25}",
                "risk_management: {position_fraction: 0}",
                "risk_management.position_fraction (line 59): 0 is out of range; allowed is above 0 to 1"
            },
            {
                "risk_management: {position_fraction: 0.25}",
                "exits: {type: opposite, max_bars: 5}",
                "exits.max_bars (line 59): unknown key 'max_bars'"
            },
            {
                "risk_management: {position_fraction: 0.25}",
                "exits: {type: barier}",
                "exits.type (line 59): 'barier' is none of opposite, barriers, horizon; did you mean 'barriers'?"
            },
            {
                "risk_management: {position_fraction: 0.25}",
                "deployment: {target_symbols: {mode: everywhere}}",
                "deployment.target_symbols.mode (line 59): 'everywhere' is none of training_only, universal, group_restricted"
            },
            // YAML itself
            {
                "indicator: rsi_14",
                "indicator: &r rsi_14",
                "line 21: fuzzy_sets.rsi_zone.indicator: the anchor '&r' is not supported"
            },
            {
                "indicator: rsi_14",
                "indicator: *r",
                "line 21: fuzzy_sets.rsi_zone.indicator: the alias '*r' is not supported"
            },
            {
                "epochs: 50",
                "epochs: !!int 50",
                "line 50: training.epochs: the tag 'tag:yaml.org,2002:int' is not supported"
            },
            { "epochs: 50", "<<: {epochs: 50}", "line 50: training: the merge '<<' is not supported" },
            { "epochs: 50", "? [a, b]\n  : 50", "line 50: training: a key must be a name" },
            {
                "risk_management: {position_fraction: 0.25}",
                "---\nname: second",
                "line 59: there is a second document"
            },
            {
                "name: pullback_rsi_adx",
                "%YAML 1.1\n---\nname: pullback_rsi_adx",
                "line 1: directives have no place in a strategy"
            },
            { "tags: [pullback, forex]", "tags: [pullback, forex", "this is not YAML, or ends too early" },
            { "tags: [pullback, forex]", "\ttags: [pullback, forex]", "this is not YAML, or ends too early" },
            {
                "tags: [pullback, forex]",
                "tags: [pull\u0007back]",
                "line 5: there is a control character, \\u0007; take it out"
            },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Is_refused_with_one_message_that_names_place_value_and_way_out(
        string old,
        string spoilt,
        string expected
    )
    {
        var reading = Example.Read(Example.With(old, spoilt));

        Assert.False(reading.Valid);
        Assert.Contains(expected, Assert.Single(reading.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var text = Example
            .With("epochs: 50", "epochs: many")
            .Replace("period: 10}", "period: 0}", StringComparison.Ordinal)
            .Replace("type: mlp", "type: lstm", StringComparison.Ordinal)
            .Replace("symbol: EURUSD", "symbol: '?'", StringComparison.Ordinal);

        Assert.Equal(
            ["training_data.symbols.symbol", "indicators.mom_10.period", "training.epochs", "model.type"],
            Example.Read(text).Errors.Select(error => error.Split(' ')[0])
        );
    }

    [Fact]
    public void Missing_sections_are_listed_by_name()
    {
        var reading = Example.Read("name: a\nversion: \"3.0\"\nindicators: {}\n");

        Assert.Equal(
            ["training_data", "indicators", "fuzzy_sets", "nn_inputs", "model", "decisions", "training"],
            reading.MissingSections
        );
        Assert.Equal(7, reading.Errors.Count);
    }

    [Theory]
    [InlineData("- a\n- b\n", "document (line 1): a list of 2 is not a strategy")]
    [InlineData("just words", "document (line 1): 'just words' is not a strategy")]
    [InlineData("", "the document is empty")]
    [InlineData("# nothing but a comment\n", "the document is empty")]
    public void A_document_that_is_no_mapping_is_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Example.Read(text).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "name: a\nversion: \"2.0\"\nscope: universal\ntraining_data: {}\nindicators: [{name: rsi}]\n",
        "format v2"
    )]
    [InlineData(
        "name: a\nversion: \"2.0\"\ntraining_data: {}\nindicators: [{name: rsi}]\n",
        "make indicators a mapping"
    )]
    [InlineData("name: a\nindicators: [{name: rsi}]\n", "format v1")]
    public void Older_formats_are_told_apart_and_shown_the_way(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Example.Read(text).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Ten_thousand_brackets_are_refused_and_the_process_lives(char bracket) =>
        Assert.Contains(
            "nested deeper than 32",
            Assert.Single(Example.Read("name: " + new string(bracket, 10_000)).Errors),
            StringComparison.Ordinal
        );

    [Fact]
    public void Ten_thousand_dashes_are_refused_as_well() =>
        Assert.Contains(
            "nested deeper than 32",
            Assert.Single(Example.Read(string.Concat(Enumerable.Repeat("- ", 10_000))).Errors),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_name_of_ten_kilobytes_is_shown_short()
    {
        var error = Assert.Single(Example.Read(Example.With("pullback_rsi_adx", new string('a', 10_240))).Errors);

        Assert.Contains("text has 10240 characters", error, StringComparison.Ordinal);
        Assert.True(error.Length < 200);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_counted_up_to_the_bad_one()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "name: "u8, 0xE9, .. "t\u00e9"u8];

        Assert.Equal(["byte 9 is not UTF-8; save the file as UTF-8"], StrategyYaml.Check(bytes).Errors);
    }

    [Fact]
    public void A_document_over_64_KiB_is_refused_before_it_is_taken_apart() =>
        Assert.Equal(
            ["the document has 65537 bytes; a strategy has at most 65536"],
            StrategyYaml.Check(Encoding.UTF8.GetBytes(new string('#', 65_537))).Errors
        );

    [Fact]
    public void However_it_is_truncated_it_is_refused_or_still_whole_but_never_a_crash()
    {
        var whole = Encoding.UTF8.GetBytes(Example.Text);
        var lastNeeded = Example.Text.IndexOf("labels: {source: zigzag", StringComparison.Ordinal);
        for (var length = 0; length < whole.Length; length++)
        {
            var reading = StrategyYaml.Check(whole.AsSpan(0, length));
            Assert.Equal(reading.Valid, reading.Errors.Count == 0);
            Assert.False(reading.Valid && length < lastNeeded, $"The first {length} bytes passed for a strategy.");
        }
    }
}
