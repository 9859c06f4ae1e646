using System.Text;

namespace Ktrdr.Archive;

/// <summary>Where in a row each value stands.</summary>
/// <remarks>
/// A plain CSV says so in its header, in any order. LEAN archives have no header: a first field such as <c>20070101 21:00</c>
/// gives them away, six columns being trades and eleven quotes.
/// </remarks>
internal sealed record RowLayout
{
    private const int QuoteColumns = 11;
    private const int TradeColumns = 6;
    private static readonly string[] TimeNames = ["timestamp", "time", "date", "datetime"];
    private static readonly string[] PriceNames = ["open", "high", "low", "close"];

    /// <summary>Between two values: a comma, a semicolon or a tab.</summary>
    public required byte Separator { get; init; }

    /// <summary>How many values a row must have.</summary>
    public required int Columns { get; init; }

    /// <summary>Whether the file is as LEAN keeps it.</summary>
    public bool Lean { get; init; }

    /// <summary>The column of the time.</summary>
    public required int Time { get; init; }

    /// <summary>The columns of open, high, low and close; of the bid, when there are quotes.</summary>
    public required int[] Prices { get; init; }

    /// <summary>The columns of the ask's open, high, low and close, or null.</summary>
    public int[]? Ask { get; init; }

    /// <summary>The column of the volume, or −1.</summary>
    public int Volume { get; init; } = -1;

    /// <summary>The column of the spread, or −1.</summary>
    public int Spread { get; init; } = -1;

    /// <summary>Columns of the header that nothing is taken from.</summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>Reads the layout off the first line.</summary>
    /// <exception cref="ImportException">The line is neither a header with the needed columns nor a row of LEAN's.</exception>
    public static RowLayout Of(ReadOnlySpan<byte> line, string file)
    {
        if (line.Length > 14 && line[8] == ' ' && line[14] == ',' && BarTime.TryParse(line[..14], out _))
        {
            return OfLean(line, file);
        }

        if (line.ContainsAnyExceptInRange((byte)9, (byte)126))
        {
            throw new ImportException(file, "row 1 is no text header. A file of bars is UTF-8 text, packed or not.");
        }

        return OfHeader(Encoding.ASCII.GetString(line), file);
    }

    private static RowLayout OfLean(ReadOnlySpan<byte> line, string file)
    {
        var columns = line.Count((byte)',') + 1;
        return columns switch
        {
            QuoteColumns => new RowLayout
            {
                Separator = (byte)',',
                Columns = columns,
                Lean = true,
                Time = 0,
                Prices = [1, 2, 3, 4],
                Ask = [6, 7, 8, 9],
            },
            TradeColumns => new RowLayout
            {
                Separator = (byte)',',
                Columns = columns,
                Lean = true,
                Time = 0,
                Prices = [1, 2, 3, 4],
                Volume = 5,
            },
            _ => throw new ImportException(
                file,
                $"Found {columns} columns on row 1 of an archive without a header; expected {TradeColumns} (trades) or {QuoteColumns} (quotes)."
            ),
        };
    }

    private static RowLayout OfHeader(string header, string file)
    {
        var separator =
            header.Contains(';') ? ';'
            : header.Contains('\t') ? '\t'
            : ',';
        var names = header.Split(separator).Select(name => name.Trim().Trim('"').Trim().ToLowerInvariant()).ToList();
        var times = TimeNames.Where(names.Contains).ToList();
        var missing = PriceNames.Where(name => !names.Contains(name)).ToList();
        if (times.Count == 0)
        {
            missing.Insert(0, $"time ({string.Join(", ", TimeNames)})");
        }

        if (missing.Count > 0)
        {
            throw new ImportException(
                file,
                $"row 1 must be a header; it lacks {string.Join(", ", missing)}. Found: {Shorten(header)}"
            );
        }

        var twice = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new ImportException(file, $"the header names the column '{twice}' twice.");
        }

        if (times.Count > 1)
        {
            throw new ImportException(
                file,
                $"the header has {times.Count} columns of time ({string.Join(", ", times)}); keep one."
            );
        }

        var used = new HashSet<string>([.. times, .. PriceNames, "volume", "spread"]);
        return new RowLayout
        {
            Separator = (byte)separator,
            Columns = names.Count,
            Time = names.IndexOf(times[0]),
            Prices = [.. PriceNames.Select(name => names.IndexOf(name))],
            Volume = names.IndexOf("volume"),
            Spread = names.IndexOf("spread"),
            Unused = [.. names.Where(name => !used.Contains(name))],
        };
    }

    private static string Shorten(string text) => text.Length <= 80 ? $"'{text}'" : $"'{text[..80]}…'";
}
