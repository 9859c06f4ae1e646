using Ktrdr.Operations;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Research;

/// <summary>Deletes, at the start of a host, the checkpoints that nobody will go on from.</summary>
/// <remarks>A training deletes its own when it is done. One that failed or was cancelled leaves it for
/// <c>ktrdr operations resume</c>, for a week.</remarks>
internal sealed class CheckpointSweep(ICheckpointShelf checkpoints, IOperations operations, TimeProvider time)
    : IHostedService
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var owner in checkpoints.Owners())
        {
            if (!IsOfUse(await operations.FindAsync(owner, cancellationToken)))
            {
                checkpoints.Remove(owner);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool IsOfUse(Operation? owner) =>
        owner is not (null or { Status: OperationStatus.Completed })
        && (owner.CompletedAt is not { } ended || time.GetUtcNow() - ended < KeptFor);
}
