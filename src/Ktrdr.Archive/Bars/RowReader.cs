using System.Text;

namespace Ktrdr.Archive;

/// <summary>Turns one row into the values of a bar, or says what is wrong with it.</summary>
internal sealed class RowReader(RowLayout layout, double scale, Faults faults)
{
    private static readonly string[] PriceNames = ["open", "high", "low", "close"];
    private readonly PlainRow _plain = new(layout);
    private readonly Range[] _fields = new Range[layout.Columns];

    /// <summary>How often a high or low that did not hold open and close was widened, and where first.</summary>
    public Tally Widened { get; } = new("high or low did not hold open and close: widened");

    /// <summary>How often a volume of −1, a broker's word for none, became 0, and where first.</summary>
    public Tally NoVolume { get; } = new("volume -1: set to 0");

    /// <summary>Reads a row; false when it was added to the faults.</summary>
    public bool TryRead(long row, ReadOnlySpan<byte> line, out BarTime time, out BarValues values)
    {
        Span<double> numbers = stackalloc double[RowNumbers.Count];
        var isRead = _plain.TryRead(line, out time, numbers) || TryReadWithCare(row, line, out time, numbers);
        values = isRead ? BarOf(row, numbers) : default;
        return isRead;
    }

    private bool TryReadWithCare(long row, ReadOnlySpan<byte> line, out BarTime time, Span<double> numbers)
    {
        time = default;
        var found = Split(line);
        if (found != layout.Columns)
        {
            faults.Add(row, $"found {found} columns, expected {layout.Columns}: '{Text(line)}'.");
            return false;
        }

        var stamp = Field(line, layout.Time);
        if (!BarTime.TryParse(stamp, out time))
        {
            faults.Add(
                row,
                $"the time is '{Text(stamp)}'; expected epoch seconds or milliseconds, or ISO 8601 such as 2024-01-31T09:00:00Z."
            );
            return false;
        }

        return TryPrices(row, line, layout.Prices, "", numbers[RowNumbers.Prices..])
            && (layout.Ask is null || TryPrices(row, line, layout.Ask, "ask ", numbers[RowNumbers.Ask..]))
            && (layout.Volume < 0 || TryVolume(row, line, out numbers[RowNumbers.Volume]))
            && (layout.Spread < 0 || TrySpread(row, line, out numbers[RowNumbers.Spread]));
    }

    private BarValues BarOf(long row, Span<double> numbers)
    {
        var prices = numbers.Slice(RowNumbers.Prices, 4);
        var ask = numbers.Slice(RowNumbers.Ask, 4);
        if (scale != 1)
        {
            for (var i = 0; i < 4; i++)
            {
                (prices[i], ask[i]) = (prices[i] / scale, ask[i] / scale);
            }
        }

        var spread = layout.Spread >= 0 ? numbers[RowNumbers.Spread] : double.NaN;
        if (layout.Ask is not null)
        {
            spread = Math.Round(ask[3] - prices[3], 10);
            for (var i = 0; i < 4; i++)
            {
                prices[i] = Math.Round((prices[i] + ask[i]) / 2, 10);
            }
        }

        var volume = layout.Volume >= 0 ? numbers[RowNumbers.Volume] : 0;
        if (volume == -1)
        {
            volume = 0;
            NoVolume.Count(row, "-1");
        }

        var (high, low) = (Math.Max(prices[0], prices[3]), Math.Min(prices[0], prices[3]));
        if (prices[1] < high || prices[2] > low)
        {
            Widened.Count(row, $"high {prices[1]}, low {prices[2]}");
        }

        return new BarValues(prices[0], Math.Max(prices[1], high), Math.Min(prices[2], low), prices[3], volume, spread);
    }

    private bool TryPrices(long row, ReadOnlySpan<byte> line, int[] columns, string side, Span<double> prices)
    {
        for (var i = 0; i < 4; i++)
        {
            var field = Field(line, columns[i]);
            if (!RowNumbers.TryParse(field, out prices[i]))
            {
                faults.Add(
                    row,
                    $"{side}{PriceNames[i]} is '{Text(field)}', not a price; a plain number such as 1234.5 is."
                );
                return false;
            }

            if (prices[i] <= 0)
            {
                faults.Add(row, $"{side}{PriceNames[i]} is {Text(field)}; a price is above 0.");
                return false;
            }
        }

        return true;
    }

    private bool TryVolume(long row, ReadOnlySpan<byte> line, out double volume)
    {
        var field = Field(line, layout.Volume);
        if (RowNumbers.TryParse(field, out volume) && (volume >= 0 || volume == -1))
        {
            return true;
        }

        faults.Add(row, $"volume is '{Text(field)}'; expected a number of at least 0, or -1 for none.");
        return false;
    }

    // An empty spread, or one that says NaN, is a spread the data does not give. That is counted, not refused.
    private bool TrySpread(long row, ReadOnlySpan<byte> line, out double spread)
    {
        var field = Field(line, layout.Spread);
        spread = double.NaN;
        if (field.IsEmpty || RowNumbers.TryParse(field, out spread))
        {
            return true;
        }

        if (Ascii.EqualsIgnoreCase(field, "nan"u8))
        {
            spread = double.NaN;
            return true;
        }

        faults.Add(row, $"spread is '{Text(field)}', not a number.");
        return false;
    }

    private ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int column)
    {
        var field = line[_fields[column]].Trim((byte)' ');
        return field is [(byte)'"', .., (byte)'"'] ? field[1..^1].Trim((byte)' ') : field;
    }

    private int Split(ReadOnlySpan<byte> line)
    {
        var (count, start, quoted) = (0, 0, false);
        var quotes = line.Contains((byte)'"');
        while (true)
        {
            var end = start;
            if (!quotes)
            {
                var next = line[start..].IndexOf(layout.Separator);
                end = next < 0 ? line.Length : start + next;
            }
            else
            {
                for (; end < line.Length && (quoted || line[end] != layout.Separator); end++)
                {
                    quoted ^= line[end] == '"';
                }
            }

            if (count < _fields.Length)
            {
                _fields[count] = start..end;
            }

            count++;
            if (end >= line.Length)
            {
                return count;
            }

            start = end + 1;
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.Length <= 80 ? bytes : bytes[..80]);
        var readable = string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
        return bytes.Length <= 80 ? readable : readable + "…";
    }
}

/// <summary>Counts how often something was repaired and keeps the first case.</summary>
internal sealed class Tally(string what)
{
    private int _count;
    private long _row;
    private string _value = "";

    public void Count(long row, string value)
    {
        if (_count++ == 0)
        {
            (_row, _value) = (row, value);
        }
    }

    /// <summary>The count with its first case, or null when it never happened.</summary>
    public Repair? Repair => _count == 0 ? null : new Repair(what, _count, _row, _value);
}
