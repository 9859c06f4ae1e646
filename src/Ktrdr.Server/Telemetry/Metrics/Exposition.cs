using System.Buffers;
using System.Diagnostics.Metrics;

namespace Ktrdr.Server;

/// <summary>Listens to the instruments from the first measurement on, and writes how they stand in the text format that Prometheus
/// reads (version 0.0.4).</summary>
internal sealed class Exposition : IDisposable
{
    /// <summary>What the text is, in HTTP's words.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();
    private readonly MeterListener _listener = new();
    private readonly Instruments _instruments;

    public Exposition(Instruments instruments)
    {
        _instruments = instruments;
        _listener.InstrumentPublished = Listen;
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Take(value, tags));
        _listener.Start();
        foreach (var (histogram, tags) in instruments.EmptyHistograms)
        {
            _families[histogram.Name].Begin(tags);
        }
    }

    /// <summary>Asks what is observed how it stands, and writes everything, in the order of names.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="withStore">Whether what the store says is known.</param>
    public void WriteTo(IBufferWriter<byte> output, bool withStore)
    {
        // Two at once would mix what one of them observed into what the other writes.
        lock (_turn)
        {
            foreach (var family in _families.Values)
            {
                family.BeginObserving();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values)
            {
                if (withStore || !_instruments.IsOfTheStore(family.Instrument.Name))
                {
                    family.WriteTo(output);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Listen(Instrument instrument, MeterListener listener)
    {
        // Another host in this process has a meter of the same name.
        if (!ReferenceEquals(instrument.Meter, _instruments.Meter))
        {
            return;
        }

        var family = Family.Of(instrument);
        lock (_turn)
        {
            _families.Add(instrument.Name, family);
        }

        listener.EnableMeasurementEvents(instrument, family);
    }
}
