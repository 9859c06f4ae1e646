using Ktrdr.Core;
using Ktrdr.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Research.Tests;

/// <summary>How often a training leaves a checkpoint: every so many epochs, however few of them a second holds.</summary>
public sealed class CheckpointPaceTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ktrdr-research-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Epochs_that_all_fall_into_one_second_leave_one_checkpoint() =>
        Assert.Equal([2], await KeptAsync(passes: TimeSpan.Zero));

    [Fact]
    public async Task Epochs_of_a_second_and_more_leave_one_whenever_so_many_have_passed() =>
        Assert.Equal([2, 4, 6, 8, 10], await KeptAsync(passes: TimeSpan.FromSeconds(1)));

    /// <summary>The epochs after which a training of eleven leaves a checkpoint, one being asked for every two.</summary>
    /// <param name="passes">How much time seems to pass whenever somebody looks at the clock.</param>
    private async Task<IReadOnlyList<int>> KeptAsync(TimeSpan passes)
    {
        var shelf = new RecordingShelf();
        await using var laboratory = await Laboratory.OpenAsync(
            _home,
            new PlayedClaude(),
            services => services.AddSingleton<ICheckpointShelf>(shelf).AddSingleton<TimeProvider>(new Clock(passes)),
            "TRAINING_CHECKPOINT_EPOCHS=2"
        );
        await laboratory.Bars.EnsureSampleAsync(Token);
        var draft = Drafts.Rsi("patient", 14);
        var strategy = draft with { Training = draft.Training with { Epochs = 11 } };
        await laboratory.Strategies.PublishAsync(
            await laboratory.Strategies.PutAsync(strategy, Token),
            "patient",
            Token
        );
        var started = Assert.IsType<StartOutcome.Started>(
            await laboratory.Desk.TrainAsync("patient", 1, null, null, Token)
        );

        Assert.Equal(OperationStatus.Completed, (await laboratory.EndOf(started.Operation)).Status);

        return shelf.Kept;
    }

    /// <summary>A clock that is read by whoever wants to know how long something took, and moves by being read.</summary>
    private sealed class Clock(TimeSpan passes) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, passes.Ticks);
    }

    private sealed class RecordingShelf : ICheckpointShelf
    {
        private readonly List<int> _kept = [];

        public IReadOnlyList<int> Kept => _kept;

        public void Put(string operationId, string fingerprint, TrainingCheckpoint checkpoint) =>
            _kept.Add(checkpoint.Epochs.Count);

        public TrainingCheckpoint? Find(string operationId, string fingerprint) => null;

        public void Remove(string operationId) { }

        public IReadOnlyList<string> Owners() => [];
    }
}
