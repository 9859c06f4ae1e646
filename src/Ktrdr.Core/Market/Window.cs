namespace Ktrdr.Core;

/// <summary>What a stretch of a dataset may be used for. Each follows the other in time and none overlaps.</summary>
public enum Window
{
    /// <summary>Design, and training with its validation and test rows.</summary>
    Learning,

    /// <summary>The backtest of a cycle.</summary>
    Selection,

    /// <summary>Nobody's, until a promotion opens it.</summary>
    Sealed,
}

/// <summary>The two moments that cut a dataset into its three windows, fixed when it is first imported.</summary>
/// <remarks>Seconds since 1970-01-01 UTC. A bar belongs to a window by its start; later bars lengthen the sealed one only.</remarks>
/// <param name="LearningEnd">The first moment that is no longer learning.</param>
/// <param name="SelectionEnd">The first moment that is sealed.</param>
public readonly record struct Borders(long LearningEnd, long SelectionEnd)
{
    /// <summary>Share of the bars' time that is learned from.</summary>
    public const double LearningShare = 0.6;

    /// <summary>Share of the bars' time that strategies are selected on.</summary>
    public const double SelectionShare = 0.2;

    /// <summary>Cuts a time span 60/20/20.</summary>
    /// <param name="first">Start of the first bar.</param>
    /// <param name="end">Close of the last bar.</param>
    /// <param name="unit">Borders fall on whole multiples of this many seconds (the bar's length).</param>
    public static Borders Cut(long first, long end, Timeframe unit)
    {
        var span = end - first;
        var learning = unit.StartOf(first + (long)(span * LearningShare));
        var selection = unit.StartOf(first + (long)(span * (LearningShare + SelectionShare)));
        return new Borders(learning, selection);
    }

    /// <summary>The earliest border of each kind: what counts when several datasets are read together.</summary>
    public static Borders Earliest(Borders one, Borders other) =>
        new(Math.Min(one.LearningEnd, other.LearningEnd), Math.Min(one.SelectionEnd, other.SelectionEnd));

    /// <summary>The first moment after a window; <see cref="long.MaxValue"/> for the sealed one.</summary>
    public long EndOf(Window window) =>
        window switch
        {
            Window.Learning => LearningEnd,
            Window.Selection => SelectionEnd,
            _ => long.MaxValue,
        };

    /// <summary>The first moment of a window; <see cref="long.MinValue"/> for the learning one.</summary>
    public long StartOf(Window window) =>
        window switch
        {
            Window.Learning => long.MinValue,
            Window.Selection => LearningEnd,
            _ => SelectionEnd,
        };
}
