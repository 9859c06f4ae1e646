namespace Ktrdr.Client;

/// <summary>Who answers.</summary>
public sealed record HealthView
{
    /// <summary><c>live</c> or <c>ready</c>; while it is neither, a <see cref="ProblemView"/> says so.</summary>
    public required string Status { get; init; }

    /// <summary>The home it works on.</summary>
    public required string Home { get; init; }

    /// <summary>Its process id.</summary>
    public required int Pid { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }
}

/// <summary>A process that does work.</summary>
public sealed record WorkerView
{
    /// <summary>Its name: machine, process id and four digits that tell it from an earlier one.</summary>
    public required string Node { get; init; }

    /// <summary>The folder it works in, with its machine before it.</summary>
    public required string Home { get; init; }

    /// <summary>Since when it is there.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last heard of. One that was silent for three seconds is no longer listed, and its work is taken over.</summary>
    public required DateTimeOffset LastCheckIn { get; init; }

    /// <summary>What it can do.</summary>
    public required IReadOnlyList<RoleView> Roles { get; init; }
}

/// <summary>One role of a worker.</summary>
public sealed record RoleView
{
    /// <summary>Its name.</summary>
    public required string Role { get; init; }

    /// <summary>How many operations it runs at once.</summary>
    public required int Capacity { get; init; }

    /// <summary>How many it runs now.</summary>
    public required int Running { get; init; }
}
