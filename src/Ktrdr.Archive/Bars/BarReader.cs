using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>Reads every row of a file of bars; what the rows amount to together is <see cref="BarImport"/>'s business.</summary>
internal static class BarReader
{
    /// <summary>Unpacked bytes a file may hold: two gibibytes.</summary>
    public const long MostBytes = 2L << 30;

    /// <summary>Rows a file may hold.</summary>
    public const int MostRows = 20_000_000;

    private const long Day = 86_400;
    private const long LinesOfUnknown = 4_096;

    public static BarsRead Read(string file, Stream stream, ImportOptions options, CancellationToken cancellationToken)
    {
        var expected = stream.CanSeek && stream.Length <= MostBytes ? LineReader.CountAhead(stream) : LinesOfUnknown;
        var lines = new LineReader(stream, file, MostBytes);
        if (!lines.TryRead(out var line))
        {
            throw new ImportException(file, "the file is empty.");
        }

        var layout = RowLayout.Of(line, file);
        var origin = Origin.Of(layout, file, options);
        var faults = new Faults(file);
        var reader = new RowReader(layout, origin.PriceScale, faults);
        var bars = (int)Math.Min(layout.Lean ? expected : expected - 1, MostRows);
        var columns = new BarColumns(layout.Ask is not null || layout.Spread >= 0, bars);
        var times = new TimeReader(origin, layout.Lean, options, file, faults);
        var more = layout.Lean || lines.TryRead(out line);
        long rows = 0;
        for (; more; more = lines.TryRead(out line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            if (++rows > MostRows)
            {
                throw new ImportException(
                    file,
                    $"it holds more than {MostRows:N0} rows, which is the limit. Import it in parts."
                );
            }

            if ((rows & 0xFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (
                reader.TryRead(lines.Row, line, out var time, out var values)
                && times.TryUtc(lines.Row, time, out var utc)
            )
            {
                columns.Add(lines.Row, utc, values);
            }
        }

        faults.ThrowIfAny();
        if (columns.Count == 0)
        {
            throw new ImportException(file, "it has a header and no bars.");
        }

        List<Repair> repairs = [.. new[] { reader.Widened.Repair, reader.NoVolume.Repair }.OfType<Repair>()];
        return new BarsRead(columns, layout, origin, times.Zone, times.IsLocal, rows, repairs);
    }

    /// <summary>Turns the times of one file into UTC and sees to it that they all speak of zones in the same way.</summary>
    private sealed class TimeReader(Origin origin, bool lean, ImportOptions options, string file, Faults faults)
    {
        private BarTime? _first;
        private LocalClock? _clock;
        private long _previous = long.MinValue;

        public string Zone { get; private set; } = "UTC";

        public bool IsLocal => _clock is not null;

        public bool TryUtc(long row, BarTime time, out long utc)
        {
            utc = time.Utc;
            var first = _first ??= Begin(time);
            if (time.Style != first.Style || Math.Abs(time.OffsetSeconds - first.OffsetSeconds) > 3_600)
            {
                faults.Add(
                    row,
                    $"its time is {Says(time)}, the first one {Says(first)}; times of one file must agree."
                );
                return false;
            }

            var isDay = options.Timeframe.Seconds >= Day && time.Seconds % Day == 0;
            if (_clock is not null && !isDay && !_clock.TryUtc(time.Seconds, _previous, out utc))
            {
                faults.Add(
                    row,
                    $"{Iso.Of(time.Seconds)[..^1]} never happened in {Zone}: the clock went forward over it."
                );
                return false;
            }

            if (utc % 60 != 0)
            {
                faults.Add(row, $"a bar starts at {Iso.Of(utc)}; bars start on whole minutes.");
                return false;
            }

            _previous = utc;
            return true;
        }

        private BarTime Begin(BarTime first)
        {
            if (first.Style != TimeStyle.Local)
            {
                return first;
            }

            Zone =
                options.TimeZone
                ?? origin.TimeZone
                ?? throw new ImportException(
                    file,
                    (lean ? "LEAN keeps shares in the time of their exchange" : "its times name no zone")
                        + "; say which with --timezone, such as --timezone America/New_York or --timezone UTC."
                );
            _clock = new LocalClock(Zone, file);
            return first;
        }

        private static string Says(BarTime time) =>
            time.Style switch
            {
                TimeStyle.Epoch => "a number (UTC)",
                TimeStyle.Date => "a day without a time",
                TimeStyle.Local => "without a zone",
                TimeStyle.Utc => "UTC (Z)",
                _ => $"{time.OffsetSeconds / 3_600.0:+0.##;-0.##;+0} hours from UTC",
            };
    }
}

/// <summary>Every row of a file, in its order.</summary>
internal sealed record BarsRead(
    BarColumns Columns,
    RowLayout Layout,
    Origin Origin,
    string TimeZone,
    bool IsLocal,
    long Rows,
    IReadOnlyList<Repair> Repairs
);
