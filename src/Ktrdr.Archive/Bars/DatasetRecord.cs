using System.Text.Json.Serialization;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>What is kept beside the bars of a dataset, in <c>data/{symbol}_{timeframe}.json</c>.</summary>
internal sealed record DatasetRecord
{
    public required string Symbol { get; init; }
    public required string Timeframe { get; init; }
    public required InstrumentKind Kind { get; init; }
    public required bool Synthetic { get; init; }
    public required bool HasSpread { get; init; }
    public required bool HasVolume { get; init; }

    /// <summary>Fixed when the dataset is first imported.</summary>
    public required DateTimeOffset LearningEnd { get; init; }

    /// <summary>Fixed when the dataset is first imported.</summary>
    public required DateTimeOffset SelectionEnd { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public required WindowRecord Learning { get; init; }
    public required WindowRecord Selection { get; init; }
    public required WindowRecord Sealed { get; init; }

    /// <summary>Name of the file that was imported last, or of what made the bars.</summary>
    public required string Source { get; init; }

    /// <summary>What the prices of that file were divided by.</summary>
    public required double PriceScale { get; init; }

    [JsonIgnore]
    public Borders Borders => new(LearningEnd.ToUnixTimeSeconds(), SelectionEnd.ToUnixTimeSeconds());

    public WindowRecord WindowOf(Window window) =>
        window switch
        {
            Window.Learning => Learning,
            Window.Selection => Selection,
            _ => Sealed,
        };

    public DatasetSummary ToSummary() =>
        new()
        {
            Symbol = Symbol,
            Timeframe = Core.Timeframe.Parse(Timeframe),
            Kind = Kind,
            Synthetic = Synthetic,
            HasSpread = HasSpread,
            HasVolume = HasVolume,
            Borders = Borders,
            Start = Start,
            LearningBars = Learning.Bars,
            SelectionBars = Selection.Bars,
        };
}

/// <summary>What is known of the bars of one window.</summary>
internal sealed record WindowRecord(int Bars, string Hash)
{
    /// <summary>The bars that start in a window.</summary>
    public static Bars Cut(Bars bars, Borders borders, Window window)
    {
        var from = bars.IndexFrom(borders.StartOf(window));
        return bars.Slice(from, bars.IndexFrom(borders.EndOf(window)) - from);
    }

    public static WindowRecord Of(Bars bars, Borders borders, Window window)
    {
        var own = Cut(bars, borders, window);
        return new WindowRecord(own.Count, BarsHash.Of(own));
    }
}
