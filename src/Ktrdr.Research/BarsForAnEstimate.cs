using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>The bars that a cycle would find, for whoever asks what it would cost: a home without any is answered for with the
/// sample market, and left as it is.</summary>
internal sealed class BarsForAnEstimate(IBarSource bars) : IBarSource
{
    private static readonly Lazy<Bars> s_sample = new(SampleMarket.Make);

    private DatasetSummary? _sample;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var onHand = await bars.ListAsync(cancellationToken);
        return _sample is null ? onHand : [.. onHand, _sample];
    }

    /// <inheritdoc/>
    public Task<MarketWindow> ReadAsync(
        string symbol,
        Timeframe baseTimeframe,
        IReadOnlyList<Timeframe> timeframes,
        Window window,
        CancellationToken cancellationToken
    ) =>
        _sample is { } sample && symbol == sample.Symbol && window == Window.Learning
            ? Task.FromResult(Learning(sample))
            : bars.ReadAsync(symbol, baseTimeframe, timeframes, window, cancellationToken);

    /// <summary>Says which dataset the sample would be.</summary>
    public async Task<DatasetSummary> EnsureSampleAsync(CancellationToken cancellationToken)
    {
        var onHand = await bars.ListAsync(cancellationToken);
        return onHand.FirstOrDefault(dataset => dataset.Symbol == SampleMarket.Symbol) ?? (_sample = Sample());
    }

    private static DatasetSummary Sample()
    {
        var made = s_sample.Value;
        var borders = Borders.Cut(made.Times[0], made.CloseTime(made.Count - 1), made.Timeframe);
        var learning = made.IndexFrom(borders.LearningEnd);
        return new DatasetSummary
        {
            Symbol = SampleMarket.Symbol,
            Timeframe = SampleMarket.Timeframe,
            Kind = InstrumentKind.Forex,
            Synthetic = true,
            HasSpread = made.HasSpread,
            HasVolume = made.Volume.ContainsAnyExcept(0),
            Borders = borders,
            Start = DateTimeOffset.FromUnixTimeSeconds(made.Times[0]),
            LearningBars = learning,
            SelectionBars = made.IndexFrom(borders.SelectionEnd) - learning,
        };
    }

    private static MarketWindow Learning(DatasetSummary sample)
    {
        var learning = s_sample.Value.Slice(0, sample.LearningBars);
        return new MarketWindow
        {
            Symbol = sample.Symbol,
            Kind = sample.Kind,
            Synthetic = true,
            Window = Window.Learning,
            BaseTimeframe = sample.Timeframe,
            Series = new Dictionary<Timeframe, Bars> { [sample.Timeframe] = learning },
            First = 0,
            Hash = "",
            TypicalSpread = Spreads.Median(learning.Spread),
        };
    }
}
