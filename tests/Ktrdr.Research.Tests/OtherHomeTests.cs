using System.Globalization;
using Ktrdr.Archive;
using Ktrdr.Operations;
using Ktrdr.Postgres;

namespace Ktrdr.Research.Tests;

/// <summary>Work that one home began and another, on the same database, goes on with.</summary>
public sealed class OtherHomeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ktrdr-research-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_cycle_goes_on_in_another_home_from_the_last_checkpoint_with_a_strategy_only_the_first_had()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        var address = PostgresServer.Shared.AddressOf($"research_{Guid.NewGuid():N}");
        var (one, other) = (_folder.CreateSubdirectory("one"), _folder.CreateSubdirectory("other"));
        Operation whole;
        Operation cycle;
        await using (var first = await Laboratory.OpenAsync(one, new PlayedClaude(), $"KTRDR_DATABASE={address}"))
        {
            await first.Bars.EnsureSampleAsync(Token);
            await WriteByHandAsync(one, "patient", epochs: 120);
            var started = Assert.IsType<StartOutcome.Started>(
                await first.Desk.TrainAsync("patient", seed: 1, start: null, end: null, Token)
            );
            whole = await first.EndOf(started.Operation);
            cycle = await first.StartAsync(
                new TriggerRequest
                {
                    Strategy = "patient",
                    Seed = 1,
                    BypassGates = true,
                }
            );
            await UntilEpochAsync(first, cycle, 10);
            await first.ShutDownAsync();
        }

        await using var second = await Laboratory.OpenAsync(other, new PlayedClaude(), $"KTRDR_DATABASE={address}");
        var ended = await second.EndOf(cycle);

        Assert.Equal((OperationStatus.Completed, null), (ended.Status, ended.Error?.Message));
        Assert.False(File.Exists(Path.Combine(other.FullName, "strategies", "patient.yaml")));
        var training = (await second.Operations.FindAsync((string)ended.Metadata["training_op_id"]!, Token))!;
        Assert.True((int?)training.Metadata["resumed_after_epoch"] >= 10);
        Assert.Equal(ModelOf(whole), ModelOf(training));
        Assert.True(Directory.Exists(Path.Combine(other.FullName, (string)ended.Metadata["model_path"]!)));
        Assert.Empty(second.Checkpoints.Owners());
    }

    private static string? ModelOf(Operation training) =>
        training.Result!.Value.GetProperty("model_identity").GetString();

    /// <summary>Ends once a cycle has told of a later epoch.</summary>
    private static async Task UntilEpochAsync(Laboratory laboratory, Operation cycle, int epoch)
    {
        await foreach (var line in laboratory.Operations.WatchAsync(cycle.Id, 0, Token))
        {
            if (
                ((string?)line.Body["context"]?["detail"])?.Split(' ') is ["Epoch", var at, ..]
                && int.Parse(at, CultureInfo.InvariantCulture) > epoch
            )
            {
                return;
            }
        }
    }

    private async Task WriteByHandAsync(DirectoryInfo home, string name, int epochs)
    {
        var desk = new StrategyShelf(new HomeFolder(Path.Combine(_folder.FullName, "desk")));
        var draft = Drafts.Rsi(name, 14);
        var strategy = draft with { Training = draft.Training with { Epochs = epochs } };
        var text = await desk.KeptTextAsync(await desk.PutAsync(strategy, Token), Token);
        await File.WriteAllBytesAsync(
            Path.Combine(home.CreateSubdirectory("strategies").FullName, $"{name}.yaml"),
            text,
            Token
        );
    }
}
