using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>An operation with everything below it: what happened to each, what it paid, and the gate that judged it.</summary>
/// <param name="Operation">As it stands.</param>
/// <param name="History">What happened to it, oldest first, without its progress.</param>
/// <param name="Calls">What it bought itself.</param>
/// <param name="Gate">What the gate after it said, or null where there is none or it has not spoken.</param>
/// <param name="Children">What it asked for, oldest first.</param>
internal sealed record WorkTree(
    OperationView Operation,
    IReadOnlyList<EventView> History,
    IReadOnlyList<CallView> Calls,
    Gate? Gate,
    IReadOnlyList<WorkTree> Children
)
{
    /// <summary>It and everything below it, in order.</summary>
    public IEnumerable<WorkTree> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>Gates on its record that judged no child of it: those of the operation it goes on from did that work.</summary>
    public IEnumerable<Gate> OtherGates =>
        new[] { "training_gate", "backtest_gate" }
            .Select(key => Gate.In(Operation.Metadata, key))
            .OfType<Gate>()
            .Where(gate => Children.All(child => child.Gate?.Name != gate.Name));

    /// <summary>Reads an operation and everything below it.</summary>
    public static async Task<WorkTree> ReadAsync(IKtrdrClient client, string id, CancellationToken cancellationToken)
    {
        var operation = await client.GetOperationAsync(id, cancellationToken);
        var history = await client.HistoryAsync(operation.OperationId, cancellationToken);
        OperationView? parent = null;
        var root = operation;
        while (root.ParentOperationId is { } above)
        {
            root = await client.GetOperationAsync(above, cancellationToken);
            parent ??= root;
        }

        var calls = await client.CallsAsync(new CallFilter(Cycle: root.OperationId), cancellationToken);
        return await new Reader(client, history, calls.Data).ReadAsync(parent, operation, cancellationToken);
    }

    private sealed class Reader(IKtrdrClient client, IReadOnlyList<EventView> history, IReadOnlyList<CallView> calls)
    {
        public async Task<WorkTree> ReadAsync(
            OperationView? parent,
            OperationView operation,
            CancellationToken cancellationToken
        )
        {
            var own = history.Where(line => line.OperationId == operation.OperationId).ToList();
            var children = new List<WorkTree>();

            // Whoever asked for nothing has no children, and need not be asked for them.
            var below = own.Any(line => line.Kind == "child")
                ? await client.ChildrenAsync(operation.OperationId, cancellationToken)
                : [];
            foreach (var child in below)
            {
                children.Add(await ReadAsync(operation, child, cancellationToken));
            }

            return new WorkTree(
                operation,
                own,
                [.. calls.Where(call => call.OperationId == operation.OperationId)],
                parent is null ? null : new Snapshot(parent, []).GateAfter(operation),
                children
            );
        }
    }
}
