namespace Ktrdr.Measures;

/// <summary>A figure that is to be reached, and the command that prints it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Shows">What is measured.</param>
/// <param name="Shorter">The arguments it takes among all the others, where in full it takes minutes; else none.</param>
/// <param name="RunAsync">Measures, prints a line, and returns 0 when the figure is reached, else 1.</param>
internal sealed record Measurement(string Name, string Shows, string[] Shorter, Func<string[], Task<int>> RunAsync);

/// <summary>The figures there are.</summary>
internal static class Measurements
{
    public static IReadOnlyList<Measurement> All { get; } =
    [
        new(
            "reservations",
            "1,000 concurrent reservations of $0.15 against $5.00 on every store there is.",
            [],
            Reservations.RunAsync
        ),
        new(
            "exchanges",
            "10,000 random exchanges with faults, kills and restarts (--count N --kills N --seed N).",
            ["--count", "1000", "--kills", "10"],
            Exchanges.RunAsync
        ),
        new(
            "tokens",
            "Input tokens of the longest design and assessment, and what ends a design.",
            [],
            Tokens.RunAsync
        ),
        new(
            "cost",
            "What a cycle costs at list price with the default model (--cycles N).",
            ["--cycles", "5"],
            Cost.RunAsync
        ),
        new(
            "requests",
            "10,000 status, budget, models and operations requests, none of which asks the model server (--count N).",
            [],
            Requests.RunAsync
        ),
        new(
            "cancel",
            "From the wish to cancel a hanging call until the whole tree is CANCELLED (--times N --seed N).",
            ["--times", "20"],
            Cancellations.RunAsync
        ),
        new(
            "replay",
            "100 recorded cycles, replayed without key and network, byte by byte (--cycles N).",
            ["--cycles", "10"],
            Replays.RunAsync
        ),
        new(
            "hostile",
            "10,000 hostile tool arguments and 200 injected instructions (--count N --instructions N --seed N).",
            ["--count", "2000", "--instructions", "24"],
            Hostility.RunAsync
        ),
        new(
            "secrets",
            "A planted key, prompt and reply, searched for after successes, failures, a crash and a replay.",
            [],
            Secrets.RunAsync
        ),
        new(
            "crashes",
            "A cycle killed before and after every durable write it makes (--cycle scripted|lesson --store sqlite|postgres).",
            ["--cycle", "scripted"],
            Crashes.RunAsync
        ),
        new(
            "faults",
            "1,000 kills among pauses, cancellations and restarts at random moments (--kills N --seed N --store …).",
            ["--kills", "20"],
            RandomFaults.RunAsync
        ),
        new(
            "full-disk",
            "The disk full before every durable write of a cycle, under one server (--cycle scripted|lesson --every N).",
            ["--cycle", "scripted"],
            FullDisk.RunAsync
        ),
        new(
            "triggers",
            "1,000 concurrent triggers, 100 times: one starts a cycle and the others are told which (--times N --count N --store …).",
            ["--times", "5"],
            Triggers.RunAsync
        ),
        new(
            "stops",
            "1,000 cancellations at random instants of each phase (--times N --seed N --store sqlite|postgres|nodes).",
            ["--times", "50"],
            Stops.RunAsync
        ),
        new(
            "outages",
            "PostgreSQL killed in the middle of a cycle and started again (--times N --seed N).",
            ["--times", "5"],
            Outages.RunAsync
        ),
        new(
            "takeovers",
            "Worker processes killed or put to sleep for 30 s at work, over PostgreSQL (--kills N --sleeps N --seed N).",
            ["--kills", "5", "--sleeps", "1"],
            Takeovers.RunAsync
        ),
        new(
            "nodes",
            "20 cycles on real bars on three nodes with homes of their own that are killed at random (--cycles N --seed N).",
            ["--cycles", "3"],
            Survival.RunAsync
        ),
        new(
            "scaling",
            "20 trainings of 2 s and more by one worker and by two (--trainings N --epochs N).",
            ["--trainings", "6"],
            Scaling.RunAsync
        ),
        new(
            "load",
            "What idle and busy nodes, cycles and claims ask of a PostgreSQL that they share (--seconds N --cycles N).",
            ["--seconds", "6", "--cycles", "5"],
            Load.RunAsync
        ),
        new(
            "crowd",
            "Lists, statuses and 1,000 event streams over 10,000 operations (--operations N --clients N --seconds N).",
            ["--seconds", "5"],
            Crowd.RunAsync
        ),
        new(
            "telemetry",
            "Processor time of trainings with and without a collector (--trainings N).",
            ["--trainings", "3"],
            TelemetryCost.RunAsync
        ),
        new(
            "series",
            "Series that a server exports before and after 1,000 cycles (--cycles N).",
            ["--cycles", "50"],
            Series.RunAsync
        ),
    ];

    public static Measurement? Find(string name) => All.FirstOrDefault(measurement => measurement.Name == name);

    /// <summary>Measures everything, one after the other.</summary>
    /// <returns>0 when every figure is reached, else 1.</returns>
    public static async Task<int> AllAsync()
    {
        var missed = 0;
        foreach (var measurement in All)
        {
            var shorter = measurement.Shorter is { Length: > 0 } given
                ? $" {string.Join(' ', given)} (in full: without)"
                : "";
            Console.WriteLine($"{measurement.Name}{shorter}");
            missed |= await measurement.RunAsync(measurement.Shorter);
        }

        return missed;
    }

    /// <summary>Whether a time that is missed makes a figure missed. On a machine that others use too, only what is counted says
    /// anything about the product.</summary>
    public static bool TimesDecide { get; set; } = true;

    /// <summary>Prints a figure of which something is counted and something timed.</summary>
    /// <param name="right">Whether all is counted as it must be.</param>
    /// <param name="inTime">Whether it was soon enough.</param>
    /// <param name="line">The figure.</param>
    /// <returns>0 when it is reached, else 1.</returns>
    public static int Say(bool right, bool inTime, string line) =>
        Say(
            right && (inTime || !TimesDecide),
            inTime || TimesDecide ? line : $"{line}  (late; only counts decide here)"
        );

    /// <summary>Prints what did not hold, line by line, and a figure that is reached where all did.</summary>
    /// <returns>0 when it is reached, else 1.</returns>
    public static int Say(IReadOnlyList<string> violations, string line) => Say(violations, inTime: true, line);

    /// <inheritdoc cref="Say(IReadOnlyList{string}, string)"/>
    public static int Say(IReadOnlyList<string> violations, bool inTime, string line)
    {
        foreach (var violation in violations)
        {
            Console.WriteLine($"  {violation}");
        }

        return Say(violations.Count == 0, inTime, line);
    }

    /// <summary>Prints a figure.</summary>
    /// <returns>0 when it is reached, else 1.</returns>
    public static int Say(bool reached, string line)
    {
        Console.WriteLine(reached ? line : $"{line}  MISSED");
        return reached ? 0 : 1;
    }
}
