namespace Ktrdr.Loopback;

/// <summary>A figure that is to be reached, and the command that prints it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Shows">What is measured.</param>
/// <param name="RunAsync">Measures, prints a line, and returns 0 when the figure is reached, else 1.</param>
internal sealed record Measurement(string Name, string Shows, Func<string[], Task<int>> RunAsync);

/// <summary>The figures there are.</summary>
internal static class Measurements
{
    public static IReadOnlyList<Measurement> All { get; } =
    [
        new(
            "reservations",
            "1,000 concurrent reservations of $0.15 against $5.00 on every store there is.",
            Reservations.RunAsync
        ),
        new(
            "exchanges",
            "10,000 random exchanges with faults, kills and restarts (--count N --kills N --seed N).",
            Exchanges.RunAsync
        ),
    ];

    public static Measurement? Find(string name) => All.FirstOrDefault(measurement => measurement.Name == name);
}
