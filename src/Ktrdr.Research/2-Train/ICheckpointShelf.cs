using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>Keeps the last checkpoint of each training until the training is done.</summary>
/// <remarks>It is never needed, only faster: what cannot be written is not kept, and what is torn, foreign or stale is as good as
/// not there. Nothing here is a fault.</remarks>
public interface ICheckpointShelf
{
    /// <summary>Keeps a checkpoint in place of an earlier one, whole or not at all.</summary>
    /// <param name="operationId">Whose.</param>
    /// <param name="fingerprint">The training it belongs to, by <see cref="TrainingFingerprint"/>.</param>
    /// <param name="checkpoint">What to keep.</param>
    void Put(string operationId, string fingerprint, TrainingCheckpoint checkpoint);

    /// <summary>The checkpoint of an operation, or null when there is none that is whole and belongs to this very training.</summary>
    TrainingCheckpoint? Find(string operationId, string fingerprint);

    /// <summary>Deletes the checkpoint of an operation, if there is one.</summary>
    void Remove(string operationId);

    /// <summary>The operations that have one.</summary>
    IReadOnlyList<string> Owners();
}
