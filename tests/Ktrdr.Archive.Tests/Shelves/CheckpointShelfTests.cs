using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

public sealed class CheckpointShelfTests : IDisposable
{
    private const string Owner = "op_training_20260101_000000_0123abcd";
    private static readonly string s_fingerprint = new('a', 64);

    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    private CheckpointShelf Shelf => new(_home.Folder);

    private string File => _home.Folder.Resolve($"data/checkpoints/{Owner}");

    [Fact]
    public void A_checkpoint_comes_back_as_it_was_kept()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(3));

        Assert.Equivalent(Checkpoint(3), Shelf.Find(Owner, s_fingerprint), strict: true);
        Assert.True(double.IsNaN(Shelf.Find(Owner, s_fingerprint)!.Epochs[0].ValidationLoss));
        Assert.Equal([Owner], Shelf.Owners());
    }

    [Fact]
    public void The_latest_takes_the_place_of_the_one_before_and_nothing_else_is_left()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(1));
        Shelf.Put(Owner, s_fingerprint, Checkpoint(2));

        Assert.Equal(2, Shelf.Find(Owner, s_fingerprint)!.Epochs.Count);
        Assert.Equal([File], Directory.EnumerateFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public void Equal_checkpoints_have_equal_files()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(3));
        var bytes = System.IO.File.ReadAllBytes(File);
        Shelf.Put(Owner, s_fingerprint, Checkpoint(3));

        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void One_of_another_training_is_as_good_as_not_there()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(1));

        Assert.Null(Shelf.Find(Owner, new string('b', 64)));
        Assert.Null(Shelf.Find("op_training_20260101_000000_99999999", s_fingerprint));
    }

    [Fact]
    public void Any_flipped_byte_makes_it_as_good_as_not_there()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(2));
        var whole = System.IO.File.ReadAllBytes(File);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            System.IO.File.WriteAllBytes(File, damaged);

            Assert.True(Shelf.Find(Owner, s_fingerprint) is null, $"byte {at}");
        }
    }

    [Fact]
    public void One_torn_at_any_byte_is_as_good_as_not_there()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(2));
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);

            Assert.True(Shelf.Find(Owner, s_fingerprint) is null, $"{length} bytes");
        }
    }

    [Fact]
    public void Removing_it_leaves_nothing_and_may_be_repeated()
    {
        Shelf.Put(Owner, s_fingerprint, Checkpoint(1));
        Shelf.Remove(Owner);
        Shelf.Remove(Owner);

        Assert.Empty(Shelf.Owners());
        Assert.Null(Shelf.Find(Owner, s_fingerprint));
    }

    [Fact]
    public void A_place_that_cannot_be_written_to_is_no_fault()
    {
        Directory.CreateDirectory(_home.Folder.Resolve("data"));
        System.IO.File.WriteAllText(_home.Folder.Resolve("data/checkpoints"), "in the way");

        Shelf.Put(Owner, s_fingerprint, Checkpoint(1));
        Shelf.Remove(Owner);

        Assert.Null(Shelf.Find(Owner, s_fingerprint));
        Assert.Empty(Shelf.Owners());
    }

    internal static TrainingCheckpoint Checkpoint(int epochs) =>
        new()
        {
            InitialLoss = 1.0986,
            Epochs =
            [
                .. Enumerable
                    .Range(1, epochs)
                    .Select(epoch => new EpochProgress(epoch, 1.0 / epoch, 0.5, double.NaN, double.NaN)),
            ],
            Weights = [0.1f, -0.2f, float.Epsilon],
            Steps = 70 * epochs,
            Memory = [1, 2, 3, 4, 5, 6],
            Dropout = [uint.MaxValue, 1],
            Best = [0.3f],
        };
}
