namespace Ktrdr.Server;

/// <summary>Where the bars of each histogram end. They are part of what a histogram is: a change makes old and new ones
/// incomparable.</summary>
internal static class Buckets
{
    /// <summary>From a cycle of tiny trainings to one of two hours, in seconds.</summary>
    public static double[] Cycles { get; } = [0.1, 0.3, 1, 3, 10, 30, 60, 180, 300, 600, 1200, 1800, 3600, 7200];

    /// <summary>Phases, in seconds.</summary>
    public static double[] Phases { get; } = [0.05, 0.2, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];

    /// <summary>Requests to a language model, in seconds.</summary>
    public static double[] Requests { get; } = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

    /// <summary>What a cycle costs, in dollars.</summary>
    public static double[] Costs { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Figures that gates judge, close together where the usual bounds lie: −0.5, 0.2, 0.4, 0.45 and 0.8.</summary>
    public static double[] Figures { get; } = [-1, -0.5, 0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1, 1.5, 2.5];

    /// <summary>Writes to the database, in seconds.</summary>
    public static double[] Writes { get; } = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
}
