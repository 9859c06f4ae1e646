using System.Data.Common;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Checkpoints of trainings, one file an operation below <c>data/checkpoints</c>; where homes share a database, once more
/// there, for whoever takes a training over.</summary>
/// <remarks>
/// <para><b>Never trusted.</b> A file counts only if it ends with the SHA-256 of all that is before it and names the fingerprint it
/// is asked for: that of the rows, plan, seed, instruction set and build. It is written under a temporary name and renamed, and
/// not synced to disk: a power cut may tear it, and a torn one is noticed. Of two, the one that got further counts.</para>
/// <para><b>What.</b> Little endian: <c>KTRDRCKP</c>, version, the fingerprint; initial loss, steps; how many epochs, weights,
/// numbers of the optimiser's, words of dropout's and best weights there are, and then these; the SHA-256. Equal checkpoints have
/// equal files.</para>
/// </remarks>
/// <param name="home">Where they lie.</param>
/// <param name="files">What the home shares with others, or null when nothing.</param>
public sealed class CheckpointShelf(HomeFolder home, ISharedFiles? files = null) : ICheckpointShelf
{
    private const string Folder = "data/checkpoints";
    private const int Version = 1;

    /// <inheritdoc/>
    public void Put(string operationId, string fingerprint, TrainingCheckpoint checkpoint)
    {
        var bytes = Bytes(fingerprint, checkpoint);
        var path = home.Resolve(PathOf(operationId));
        var temporary = HomeFolder.Temporary(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // No room, or no right to write here: the training goes on, and a crash costs more of it.
            Delete(temporary);
        }

        Share(shared => shared.SetAsideAsync(PathOf(operationId), bytes, CancellationToken.None));
    }

    /// <inheritdoc/>
    public TrainingCheckpoint? Find(string operationId, string fingerprint)
    {
        var here = Read(BytesHere(operationId), fingerprint);
        var there = Read(files?.Find(PathOf(operationId))?.Body, fingerprint);
        return here?.Epochs.Count >= there?.Epochs.Count || there is null ? here : there;
    }

    /// <inheritdoc/>
    public void Remove(string operationId)
    {
        Delete(home.Resolve(PathOf(operationId)));
        Share(shared => shared.RemoveAsync(PathOf(operationId), CancellationToken.None));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Owners()
    {
        var folder = home.Resolve(Folder);
        var here = Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
        return
        [
            .. here.Concat(files?.Aside() ?? [])
                .Select(Path.GetFileName)
                .OfType<string>()
                .Where(HomeFolder.IsPlainName)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string PathOf(string operationId) => $"{Folder}/{operationId}";

    private byte[]? BytesHere(string operationId)
    {
        try
        {
            var path = home.Resolve(PathOf(operationId));
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Whoever trains has a thread of its own, and may wait for the store; but no longer than until it is known to be away.
    private void Share(Func<ISharedFiles, Task> share)
    {
        try
        {
            if (files is not null)
            {
                share(files).GetAwaiter().GetResult();
            }
        }
        catch (DbException)
        {
            // As with a full disk: the training goes on. What stays behind, the next start removes.
        }
    }

    private static byte[] Bytes(string fingerprint, TrainingCheckpoint checkpoint)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Key(fingerprint));
        writer.Write(checkpoint.InitialLoss);
        writer.Write(checkpoint.Steps);
        writer.Write(checkpoint.Epochs.Count);
        writer.Write(checkpoint.Weights.Length);
        writer.Write(checkpoint.Memory.Length);
        writer.Write(checkpoint.Dropout.Length);
        writer.Write(checkpoint.Best.Length);
        foreach (var epoch in checkpoint.Epochs)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.TrainingLoss);
            writer.Write(epoch.TrainingAccuracy);
            writer.Write(epoch.ValidationLoss);
            writer.Write(epoch.ValidationAccuracy);
        }

        writer.Write(MemoryMarshal.AsBytes<float>(checkpoint.Weights));
        writer.Write(MemoryMarshal.AsBytes<float>(checkpoint.Memory));
        writer.Write(MemoryMarshal.AsBytes<uint>(checkpoint.Dropout));
        writer.Write(MemoryMarshal.AsBytes<float>(checkpoint.Best));
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    private static TrainingCheckpoint? Read(byte[]? bytes, string fingerprint)
    {
        if (bytes is null)
        {
            return null;
        }

        var key = Key(fingerprint);
        var body = bytes.Length - SHA256.HashSizeInBytes;
        if (
            body < key.Length
            || !bytes.AsSpan(0, key.Length).SequenceEqual(key)
            || !SHA256.HashData(bytes.AsSpan(0, body)).AsSpan().SequenceEqual(bytes.AsSpan(body))
        )
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, key.Length, body - key.Length));
        var (initialLoss, steps) = (reader.ReadDouble(), reader.ReadInt32());
        var epochs = new EpochProgress[reader.ReadInt32()];
        var (weights, memory) = (new float[reader.ReadInt32()], new float[reader.ReadInt32()]);
        var (dropout, best) = (new uint[reader.ReadInt32()], new float[reader.ReadInt32()]);
        foreach (ref var epoch in epochs.AsSpan())
        {
            epoch = new EpochProgress(
                reader.ReadInt32(),
                reader.ReadDouble(),
                reader.ReadDouble(),
                reader.ReadDouble(),
                reader.ReadDouble()
            );
        }

        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(weights.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(memory.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(dropout.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(best.AsSpan()));
        return new TrainingCheckpoint
        {
            InitialLoss = initialLoss,
            Epochs = epochs,
            Weights = weights,
            Steps = steps,
            Memory = memory,
            Dropout = dropout,
            Best = best,
        };
    }

    private static byte[] Key(string fingerprint) =>
        [.. "KTRDRCKP"u8, .. BitConverter.GetBytes(Version), .. Convert.FromHexString(fingerprint)];

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way: the next start tries again.
        }
    }
}
