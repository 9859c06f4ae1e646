namespace Ktrdr.Core;

/// <summary>How many bars a year has, counted rather than assumed: closed hours and holidays are in the data.</summary>
public static class BarsPerYear
{
    /// <summary>Days of a year.</summary>
    public const double DaysPerYear = 365.25;

    private const double SecondsPerDay = 86_400;

    /// <summary>Bars of a window over the years from its first start to its last close; NaN without bars.</summary>
    public static double Of(Bars window)
    {
        if (window.Count == 0)
        {
            return double.NaN;
        }

        var days = (window.CloseTime(window.Count - 1) - window.Times[0]) / SecondsPerDay;
        return window.Count / (days / DaysPerYear);
    }
}
