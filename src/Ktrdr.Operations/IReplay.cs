namespace Ktrdr.Operations;

/// <summary>What an earlier run recorded, for a host that runs it again: asked before anything is made anew.</summary>
public interface IReplay
{
    /// <summary>What the operation of that name in the earlier tree recorded under a name, as JSON, or null to make it anew.</summary>
    /// <param name="operation">The operation's name among its parent's children; the type for the topmost.</param>
    /// <param name="name">The record's name.</param>
    string? Record(string operation, string name);

    /// <summary>The name that the operation took in a scope, or null to take one anew.</summary>
    string? Name(string operation, string scope);
}
