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
    /// <summary>Its name.</summary>
    public required string Node { get; init; }

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
