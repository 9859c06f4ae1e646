namespace Ktrdr.Operations;

/// <summary>A process that works on operations.</summary>
/// <param name="Id">Its name in the records.</param>
/// <param name="Home">The folder it works in, with its machine before it.</param>
/// <param name="HomeId">What tells that home from all others, whatever they are called.</param>
/// <param name="StartedAt">Since when it is there.</param>
/// <param name="SeenAt">When it was last heard of.</param>
/// <param name="Roles">What it does, how much at once and how much now, in the order of their names.</param>
public sealed record Node(
    string Id,
    string Home,
    string HomeId,
    DateTimeOffset StartedAt,
    DateTimeOffset SeenAt,
    IReadOnlyList<NodeRole> Roles
);

/// <summary>What a process does of one kind.</summary>
/// <param name="Role">The role.</param>
/// <param name="Capacity">How many operations of it at once.</param>
/// <param name="Running">How many now.</param>
public sealed record NodeRole(string Role, int Capacity, int Running);
