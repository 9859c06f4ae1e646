using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;

namespace Ktrdr.Server;

/// <summary>One metric with all its series.</summary>
/// <remarks>The unchanging part of every line is made once, with its series, so that writing copies bytes and formats numbers.</remarks>
internal abstract class Family
{
    private readonly byte[] _head;
    private readonly Dictionary<string, Series> _byLabels = [];
    private readonly Dictionary<string, Series>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly SortedList<string, Series> _inOrder = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();

    private protected Family(Instrument instrument, string type)
    {
        Instrument = instrument;
        _lookup = _byLabels.GetAlternateLookup<ReadOnlySpan<char>>();
        var help = (instrument.Description ?? "").Replace("\\", "\\\\").Replace("\n", "\\n");
        _head = Encoding.UTF8.GetBytes($"# HELP {instrument.Name} {help}\n# TYPE {instrument.Name} {type}\n");
    }

    public Instrument Instrument { get; }

    /// <summary>The family of an instrument.</summary>
    public static Family Of(Instrument instrument) =>
        instrument switch
        {
            Counter<long> => new Sums(instrument),
            ObservableCounter<long> or ObservableCounter<double> => new Observations(instrument, "counter"),
            ObservableGauge<long> or ObservableGauge<double> => new Observations(instrument, "gauge"),
            Histogram<double> histogram => new Distributions(histogram),
            _ => throw new NotSupportedException($"Nothing writes instruments like {instrument.Name}."),
        };

    /// <summary>Brings a series into being, empty.</summary>
    public void Begin(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_turn)
        {
            SeriesOf(tags);
        }
    }

    /// <summary>Takes a measurement.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_turn)
        {
            SeriesOf(tags).Take(value);
        }
    }

    /// <summary>Forgets what was observed before.</summary>
    public void BeginObserving()
    {
        lock (_turn)
        {
            foreach (var series in _inOrder.Values)
            {
                series.BeginObserving();
            }
        }
    }

    /// <summary>Writes its head and its series in the order of their labels; nothing at all where it has none.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        lock (_turn)
        {
            var begun = false;
            foreach (var series in _inOrder.Values)
            {
                if (!series.IsThere)
                {
                    continue;
                }

                if (!begun)
                {
                    output.Write(_head);
                    begun = true;
                }

                series.WriteTo(output);
            }
        }
    }

    private protected abstract Series NewSeries(string labels);

    private Series SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var most = LabelText.MostLength(tags);
        var text = most <= 256 ? stackalloc char[256] : new char[most];
        var labels = text[..LabelText.Write(tags, text)];
        if (_lookup.TryGetValue(labels, out var known))
        {
            return known;
        }

        var name = labels.ToString();
        var series = NewSeries(name);
        _byLabels.Add(name, series);
        _inOrder.Add(name, series);
        return series;
    }
}

/// <summary>A counter that is told of every increase.</summary>
internal sealed class Sums(Instrument instrument) : Family(instrument, "counter")
{
    private protected override Series NewSeries(string labels) => new Series.Sum(Instrument.Name, labels);
}

/// <summary>A counter or gauge that says how it stands when it is asked.</summary>
internal sealed class Observations(Instrument instrument, string type) : Family(instrument, type)
{
    private protected override Series NewSeries(string labels) => new Series.Observed(Instrument.Name, labels);
}

/// <summary>A histogram.</summary>
internal sealed class Distributions(Histogram<double> histogram) : Family(histogram, "histogram")
{
    private readonly double[] _bounds =
    [
        .. histogram.Advice?.HistogramBucketBoundaries
            ?? throw new NotSupportedException($"The histogram {histogram.Name} has no bounds."),
    ];

    private protected override Series NewSeries(string labels) =>
        new Series.Distribution(Instrument.Name, labels, _bounds);
}
