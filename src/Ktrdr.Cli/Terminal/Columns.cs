namespace Ktrdr.Cli;

/// <summary>Rows under headings, aligned with spaces so that they read, grep and cut well.</summary>
internal static class Columns
{
    /// <summary>Lays out rows. Cells are made printable; the last column keeps no trailing blanks.</summary>
    public static IEnumerable<string> Lay(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var cells = rows.Select(row => row.Select(Words.Plain).ToArray()).Prepend([.. headings]).ToArray();
        var widths = headings.Select((_, column) => cells.Max(row => row[column].Length)).ToArray();
        return cells.Select(row =>
            string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()
        );
    }

    /// <summary>Lays out names and values, one a line, leaving out the values that are absent.</summary>
    public static IEnumerable<string> Facts(params (string Name, string? Value)[] facts)
    {
        // Loops: queries over pairs would be compiled anew in every process, which takes longer than to run them.
        var width = 0;
        foreach (var (name, value) in facts)
        {
            width = string.IsNullOrEmpty(value) ? width : Math.Max(width, name.Length);
        }

        foreach (var (name, value) in facts)
        {
            if (!string.IsNullOrEmpty(value))
            {
                yield return $"{name.PadRight(width)}  {Words.Plain(value)}";
            }
        }
    }
}
