namespace Ktrdr.Cli;

/// <summary>The time that all bars of a waterfall share, laid over so many columns.</summary>
internal sealed class Axis(DateTimeOffset from, DateTimeOffset to, int width)
{
    /// <summary>A column in which something was worked on.</summary>
    public const char AtWork = '█';

    /// <summary>A column in which it waited.</summary>
    public const char Waiting = '░';

    /// <summary>Where the process at work died.</summary>
    public const char Died = '✗';

    /// <summary>Where work goes on as this is written.</summary>
    public const char GoesOn = '▶';

    // However short everything was, there is something to divide by.
    private readonly double _seconds = Math.Max((to - from).TotalSeconds, 0.001);

    /// <summary>The line above the bars: from nothing to the whole time.</summary>
    public string Scale
    {
        get
        {
            var (left, right) = ("0 ", $" {Span(_seconds)}");
            return left + new string('─', Math.Max(0, width - left.Length - right.Length)) + right;
        }
    }

    /// <summary>How long after the beginning a moment was: <c>+3.1 s</c>.</summary>
    public string After(DateTimeOffset moment) => $"+{Span(Math.Max(0, (moment - from).TotalSeconds))}";

    /// <summary>A time span: as elsewhere, with milliseconds below a second.</summary>
    public static string Span(double seconds) => seconds < 0.9995 ? $"{seconds * 1000:0} ms" : Words.Duration(seconds);

    /// <summary>A bar of the axis's width: what is short is one column wide rather than unseen.</summary>
    public string Bar(IReadOnlyList<Stretch> stretches)
    {
        var columns = new char[width];
        Array.Fill(columns, ' ');

        // Work last, so that no wait hides it.
        foreach (var stretch in stretches.OrderBy(stretch => stretch.AtWork))
        {
            var first = Math.Min((int)Place(stretch.From), width - 1);
            var end = Math.Clamp((int)Math.Round(Place(stretch.To)), first + 1, width);
            if (stretch.To > stretch.From || stretch.AtWork)
            {
                columns.AsSpan(first, end - first).Fill(stretch.AtWork ? AtWork : Waiting);
            }

            if (stretch is { AtWork: true, End: not StretchEnd.Done })
            {
                columns[end - 1] = stretch.End == StretchEnd.Lost ? Died : GoesOn;
            }
        }

        return new string(columns);
    }

    private double Place(DateTimeOffset moment) => Math.Clamp((moment - from).TotalSeconds / _seconds, 0, 1) * width;
}
