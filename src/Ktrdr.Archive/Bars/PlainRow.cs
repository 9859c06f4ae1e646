using System.Globalization;

namespace Ktrdr.Archive;

/// <summary>Reads a row as programs write them, in one walk: numbers without quotes or blanks, none of them missing.</summary>
/// <remarks>Any other row it leaves to <see cref="RowReader"/>, which takes its time and can say what is wrong with it.</remarks>
internal sealed class PlainRow
{
    private const int MostExactDigits = 15;
    private const int Time = -1;
    private const int Unused = -2;
    private readonly byte _separator;
    private readonly int[] _places;

    public PlainRow(RowLayout layout)
    {
        _separator = layout.Separator;
        _places = new int[layout.Columns];
        Array.Fill(_places, Unused);
        _places[layout.Time] = Time;
        for (var i = 0; i < 4; i++)
        {
            _places[layout.Prices[i]] = RowNumbers.Prices + i;
            if (layout.Ask is not null)
            {
                _places[layout.Ask[i]] = RowNumbers.Ask + i;
            }
        }

        if (layout.Volume >= 0)
        {
            _places[layout.Volume] = RowNumbers.Volume;
        }

        if (layout.Spread >= 0)
        {
            _places[layout.Spread] = RowNumbers.Spread;
        }
    }

    private static ReadOnlySpan<double> PowersOfTen =>
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads a row; false when it is not plain, or a number not what it should be.</summary>
    /// <param name="line">The row without its end.</param>
    /// <param name="time">Its time.</param>
    /// <param name="numbers">Its numbers, each at its place of <see cref="RowNumbers"/>.</param>
    public bool TryRead(ReadOnlySpan<byte> line, out BarTime time, Span<double> numbers)
    {
        time = default;
        var rest = line;
        for (var column = 0; column < _places.Length; column++)
        {
            if (column > 0)
            {
                if (rest.IsEmpty || rest[0] != _separator)
                {
                    return false;
                }

                rest = rest[1..];
            }

            var place = _places[column];
            if (place >= 0 ? !TryNumber(ref rest, out numbers[place]) : !TryText(ref rest, place == Time, ref time))
            {
                return false;
            }

            if (place >= 0 && !IsFit(place, numbers[place]))
            {
                return false;
            }
        }

        return rest.IsEmpty;
    }

    private static bool IsFit(int place, double number) =>
        place switch
        {
            RowNumbers.Volume => number is >= 0 or -1,
            RowNumbers.Spread => true,
            _ => number > 0,
        };

    private bool TryText(ref ReadOnlySpan<byte> rest, bool isTime, ref BarTime time)
    {
        var end = rest.IndexOf(_separator);
        var text = end < 0 ? rest : rest[..end];
        rest = rest[text.Length..];
        return isTime ? BarTime.TryParse(text, out time) : !text.Contains((byte)'"');
    }

    // Fifteen digits are exact in a double, and so is a power of ten up to the fifteenth: one division of the two rounds once,
    // to the very number that the long way finds. Prices hardly come otherwise.
    private bool TryNumber(ref ReadOnlySpan<byte> rest, out double value)
    {
        var text = rest; // a copy, which the processor can keep in registers
        var (digits, point, i) = (0L, -1, 0);
        for (; i < text.Length; i++)
        {
            var letter = text[i];
            var digit = (uint)(letter - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
            }
            else if (letter == '.' && point < 0)
            {
                point = i;
            }
            else
            {
                break;
            }
        }

        var count = point < 0 ? i : i - 1;
        var isWhole = i == text.Length || text[i] == _separator;
        if (!isWhole || count is 0 or > MostExactDigits)
        {
            return TryLongNumber(ref rest, out value);
        }

        rest = text[i..];
        value = digits / PowersOfTen[point < 0 ? 0 : count - point];
        return true;
    }

    private bool TryLongNumber(ref ReadOnlySpan<byte> rest, out double value)
    {
        var end = rest.IndexOf(_separator);
        var text = end < 0 ? rest : rest[..end];
        rest = rest[text.Length..];
        return RowNumbers.TryParse(text, out value);
    }
}

/// <summary>The numbers of a row: where each stands in a span of <see cref="Count"/>, and how they are written.</summary>
internal static class RowNumbers
{
    private const NumberStyles Plain =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Open, high, low and close; of the bid, when there are quotes.</summary>
    public const int Prices = 0;

    /// <summary>The ask's open, high, low and close.</summary>
    public const int Ask = 4;

    /// <summary>The volume.</summary>
    public const int Volume = 8;

    /// <summary>The spread.</summary>
    public const int Spread = 9;

    /// <summary>How many there are.</summary>
    public const int Count = 10;

    /// <summary>Reads a finite number, such as <c>-12.5</c> or <c>1E-05</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, Plain, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
