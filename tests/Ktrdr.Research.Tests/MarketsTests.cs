using Ktrdr.Core;

namespace Ktrdr.Research.Tests;

/// <summary>Which datasets a wish leaves open.</summary>
public sealed class MarketsTests
{
    private static readonly DatasetSummary s_sample = Dataset("SAMPLE", Timeframe.H1, synthetic: true);
    private static readonly DatasetSummary s_hourly = Dataset("EURUSD", Timeframe.H1, synthetic: false);
    private static readonly DatasetSummary s_daily = Dataset("EURUSD", Timeframe.D1, synthetic: false);

    [Fact]
    public void Who_names_no_symbol_means_real_bars_once_there_are_any() =>
        Assert.Equal([s_hourly], Markets.Matching([s_sample, s_hourly], symbol: null, timeframe: null));

    [Fact]
    public void The_sample_is_there_for_who_has_nothing_else_and_for_who_names_it()
    {
        Assert.Equal([s_sample], Markets.Matching([s_sample], symbol: null, timeframe: null));
        Assert.Equal([s_sample], Markets.Matching([s_sample, s_hourly], "SAMPLE", timeframe: null));
    }

    [Fact]
    public void A_symbol_and_a_timeframe_each_narrow_the_choice()
    {
        DatasetSummary[] all = [s_sample, s_hourly, s_daily];

        Assert.Equal([s_hourly, s_daily], Markets.Matching(all, "EURUSD", timeframe: null));
        Assert.Equal([s_daily], Markets.Matching(all, symbol: null, "1d"));
        Assert.Empty(Markets.Matching(all, "SPY", timeframe: null));
    }

    private static DatasetSummary Dataset(string symbol, Timeframe timeframe, bool synthetic) =>
        new()
        {
            Symbol = symbol,
            Timeframe = timeframe,
            Kind = InstrumentKind.Forex,
            Synthetic = synthetic,
            HasSpread = true,
            HasVolume = false,
            Borders = new Borders(1, 2),
            Start = DateTimeOffset.UnixEpoch,
            LearningBars = 1,
            SelectionBars = 1,
        };
}
