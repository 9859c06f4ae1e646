namespace Ktrdr.Core.Tests;

public sealed class FeatureTests
{
    private static readonly FeatureMatrix Whole = FeatureAssembly.Build(
        FeatureMarket.Strategy,
        FeatureMarket.Walk(600)
    );

    [Fact]
    public void Names_follow_inputs_then_timeframes_then_memberships()
    {
        string[] expected =
        [
            "1h_zone_low",
            "1h_zone_high",
            "4h_zone_low",
            "4h_zone_high",
            "4h_mean_raw",
            "4h_calm_middle",
            "1h_mean_raw",
        ];

        Assert.Equal(expected, FeaturePlan.From(FeatureMarket.Strategy).Names);
        Assert.Equal(expected, Whole.Columns.Select(column => column.Name));
        Assert.Equal((600, 7), (Whole.Rows, Whole.Width));
    }

    [Theory]
    [InlineData(120)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(304)]
    [InlineData(599)]
    public void Nothing_after_a_bar_changes_a_bit_of_its_features_or_of_any_before(int known)
    {
        var other = FeatureAssembly.Build(FeatureMarket.Strategy, FeatureMarket.Walk(600, known));

        Assert.Equal(Bits(Whole, known), Bits(other, known));
        Assert.NotEqual(Bits(Whole, 600), Bits(other, 600));
    }

    [Fact]
    public void A_longer_bar_is_seen_from_the_moment_it_closes_and_not_an_hour_sooner()
    {
        // Hours 100, 101, 102 lie in the four-hour bar that closes with hour 103; 99 closed the one before.
        var market = FeatureMarket.Walk(200);
        var four = market.Series[Timeframe.H4].Close;
        var column = 4;
        var mean = (four[23] + four[24] + four[25]) / 3;
        var before = (four[22] + four[23] + four[24]) / 3;
        var features = FeatureAssembly.Build(FeatureMarket.Strategy, market);

        Assert.Equal((float)before, features.Row(99)[column], 1e-4f);
        Assert.Equal(features.Row(99)[column], features.Row(102)[column]);
        Assert.Equal((float)mean, features.Row(103)[column], 1e-4f);
        Assert.NotEqual(features.Row(102)[column], features.Row(103)[column]);
    }

    [Fact]
    public void A_hole_in_the_longer_bars_leaves_the_last_closed_one_standing()
    {
        var market = FeatureMarket.Walk(400);
        var four = market.Series[Timeframe.H4];
        int[] kept = [.. Enumerable.Range(0, four.Count).Where(i => i is < 30 or > 35)];
        var holed = new Bars(
            Timeframe.H4,
            [.. kept.Select(i => four.Times[i])],
            [.. kept.Select(i => four.Open[i])],
            [.. kept.Select(i => four.High[i])],
            [.. kept.Select(i => four.Low[i])],
            [.. kept.Select(i => four.Close[i])],
            [.. kept.Select(i => four.Volume[i])],
            null
        );

        var features = FeatureAssembly.Build(FeatureMarket.Strategy, FeatureMarket.Window(market.Base, holed));

        Assert.Equal(features.Row(119)[4], features.Row(146)[4]);
        Assert.NotEqual(features.Row(119)[4], features.Row(147)[4]);
    }

    [Fact]
    public void Rows_without_history_or_with_a_missing_feature_are_not_usable_and_nothing_is_filled()
    {
        // The 14-bar RSI on four-hour bars has its first value at its 15th bar, which closes with hour 59.
        Assert.False(Whole.Usable(49));
        Assert.False(Whole.Usable(58));
        Assert.Equal(float.NaN, Whole.Row(58)[5]);
        Assert.True(Whole.Usable(59));
        Assert.All(Enumerable.Range(59, 541), bar => Assert.True(Whole.Usable(bar)));

        var longer = FeatureMarket.Strategy with { Data = FeatureMarket.Strategy.Data with { HistoryRequired = 100 } };
        var late = FeatureAssembly.Build(longer, FeatureMarket.Walk(600));
        Assert.False(late.Usable(99));
        Assert.True(late.Usable(100));
    }

    [Fact]
    public void A_price_that_never_moves_has_no_row_with_a_made_up_indicator()
    {
        var strategy = FeatureMarket.Strategy with
        {
            Indicators = [FeatureMarket.Use("fast", "mfi", 5), .. FeatureMarket.Strategy.Indicators.Skip(1)],
        };

        var features = FeatureAssembly.Build(strategy, FeatureMarket.Walk(300));

        Assert.Equal(float.NaN, features.Row(200)[0]); // no volume, so no money flow
        Assert.False(features.Usable(200));
    }

    [Fact]
    public void An_indicator_is_computed_once_per_timeframe_however_many_ids_and_sets_use_it()
    {
        var runs = 0;
        var rsi = IndicatorCatalogue.Find("rsi")!;
        var counted = rsi with
        {
            Compute = (bars, settings, outputs) =>
            {
                runs++;
                rsi.Compute(bars, settings, outputs);
            },
        };
        var settings = FeatureMarket.Use("x", "rsi", 5).Settings;
        var strategy = FeatureMarket.Strategy with
        {
            Indicators =
            [
                new StrategyIndicator("fast", counted, settings),
                new StrategyIndicator("slow", counted, settings),
                FeatureMarket.Strategy.Indicators[2],
            ],
        };

        FeatureAssembly.Build(strategy, FeatureMarket.Walk(300));

        Assert.Equal(2, runs);
    }

    [Fact]
    public void Scaling_is_fitted_on_the_training_rows_alone()
    {
        int[] training = [.. Enumerable.Range(60, 200)];
        var market = FeatureMarket.Walk(600);
        var mean = FeatureMarket
            .Strategy.Indicators[2]
            .Definition.Over(market.Base, FeatureMarket.Strategy.Indicators[2].Settings)[0];
        var seen = mean[60..260];

        var fitted = Whole.FitNormalization(training);
        var scaled = Whole.Apply(fitted);

        Assert.Equal(seen.Min(), fitted[6].Offset);
        Assert.Equal(seen.Max() - seen.Min(), fitted[6].Scale);
        Assert.Equal((0.0, 1.0), (fitted[0].Offset, fitted[0].Scale));
        Assert.Equal(
            fitted,
            FeatureAssembly.Build(FeatureMarket.Strategy, FeatureMarket.Walk(600, 260)).FitNormalization(training)
        );
        Assert.Equal(0, training.Average(bar => scaled.Row(bar)[4]), 1e-5);
        Assert.Equal(1, training.Average(bar => scaled.Row(bar)[4] * scaled.Row(bar)[4]), 1e-5);
        Assert.Equal((0f, 1f), (training.Min(bar => scaled.Row(bar)[6]), training.Max(bar => scaled.Row(bar)[6])));
        Assert.Equal(Whole.Row(300)[0], scaled.Row(300)[0]);
        Assert.Equal(scaled.Values, scaled.Apply(fitted).Values);
    }

    [Fact]
    public void Scaling_is_not_fitted_on_rows_that_cannot_be_used()
    {
        Assert.Throws<ArgumentException>(() => Whole.FitNormalization([]));
        Assert.Throws<ArgumentException>(() => Whole.FitNormalization([10]));
    }

    [Fact]
    public void A_model_with_other_features_is_refused_by_name()
    {
        var plan = FeaturePlan.From(FeatureMarket.Strategy);
        plan.Require(Whole.Columns);

        var renamed = Whole.Columns.ToArray();
        renamed[2] = renamed[2] with { Name = "4h_zone_lowest" };
        Assert.Contains(
            "input 3 is '4h_zone_lowest' in the model and '4h_zone_low' in the strategy",
            Assert.Throws<FeatureException>(() => plan.Require(renamed)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "input 7 is 'none' in the model and '1h_mean_raw' in the strategy",
            Assert.Throws<FeatureException>(() => plan.Require([.. Whole.Columns.Take(6)])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "and 4 more",
            Assert.Throws<FeatureException>(() => plan.Require([])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Timeframes_with_too_little_in_common_are_refused_with_the_numbers()
    {
        var market = FeatureMarket.Walk(600);
        var early = FeatureMarket.Window(market.Base, market.Series[Timeframe.H4].Slice(0, 10));

        Assert.Contains(
            "1h and 4h bars have 40 bars and 1.67 days in common",
            Assert.Throws<FeatureException>(() => FeatureAssembly.Build(FeatureMarket.Strategy, early)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "TEST has no 4h bars on hand; there are 1h",
            Assert
                .Throws<FeatureException>(() =>
                    FeatureAssembly.Build(FeatureMarket.Strategy, FeatureMarket.Window(market.Base))
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static int[] Bits(FeatureMatrix features, int rows) =>
        [.. features.Values.Take(rows * features.Width).Select(BitConverter.SingleToInt32Bits)];
}
