using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive.Tests;

public sealed class ModelShelfTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    private ModelShelf Shelf => new(_home.Folder);

    [Fact]
    public async Task A_model_comes_back_as_it_was_kept()
    {
        var identity = await Shelf.PutAsync(Model(1), CancellationToken.None);
        var model = await Shelf.GetAsync(identity, CancellationToken.None);
        Assert.Equivalent(Model(1), model, strict: true);
        Assert.Equal(BitConverter.SingleToInt32Bits(0.1f), BitConverter.SingleToInt32Bits(model.Weights[0]));
        Assert.True(double.IsNaN(model.Report.ClassRecall[2]), "a missing number is missing, not 0");
    }

    [Fact]
    public async Task Equal_models_have_one_identity_and_others_another()
    {
        var identity = await Shelf.PutAsync(Model(1), CancellationToken.None);
        Assert.Equal(identity, await Shelf.PutAsync(Model(1), CancellationToken.None));
        Assert.NotEqual(identity, await Shelf.PutAsync(Model(2), CancellationToken.None));
    }

    [Fact]
    public async Task A_version_is_published_once_and_never_changes()
    {
        var (one, other) = (
            await Shelf.PutAsync(Model(1), CancellationToken.None),
            await Shelf.PutAsync(Model(2), CancellationToken.None)
        );
        var path = Shelf.PathOf("calm_owl", Timeframe.H1, 1);
        Assert.Equal("models/calm_owl/1h_v1", path);
        Assert.False(Shelf.Exists("calm_owl", Timeframe.H1, 1));
        await Shelf.PublishAsync(one, path, CancellationToken.None);
        await Shelf.PublishAsync(one, path, CancellationToken.None);
        Assert.True(Shelf.Exists("calm_owl", Timeframe.H1, 1));
        Assert.Equal(one, await Shelf.IdentityAtAsync(path, CancellationToken.None));

        var refused = await Assert.ThrowsAsync<IOException>(() =>
            Shelf.PublishAsync(other, path, CancellationToken.None)
        );
        Assert.Contains($"{path} holds another model", refused.Message);
    }

    [Fact]
    public async Task The_tenth_version_is_newer_than_the_ninth()
    {
        Assert.Null(await Shelf.LatestAsync("calm_owl", CancellationToken.None));
        var identities = new Dictionary<int, string>();
        foreach (var version in new[] { 9, 10, 2 })
        {
            identities[version] = await Shelf.PutAsync(Model(version), CancellationToken.None);
            var path = Shelf.PathOf("calm_owl", version == 10 ? Timeframe.H4 : Timeframe.H1, version);
            await Shelf.PublishAsync(identities[version], path, CancellationToken.None);
        }

        Assert.Equal(
            (identities[10], "models/calm_owl/4h_v10"),
            await Shelf.LatestAsync("calm_owl", CancellationToken.None)
        );
    }

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("model.json")]
    [InlineData("features.json")]
    [InlineData("metrics.json")]
    public async Task A_model_that_was_edited_or_torn_is_refused_by_name(string file)
    {
        var identity = await Shelf.PutAsync(Model(1), CancellationToken.None);
        var path = Shelf.PathOf("calm_owl", Timeframe.H1, 1);
        await Shelf.PublishAsync(identity, path, CancellationToken.None);
        var full = Path.Combine(_home.Folder.Resolve(path), file);
        await File.WriteAllBytesAsync(full, (await File.ReadAllBytesAsync(full))[..^4]);
        var edited = await Assert.ThrowsAsync<ArchiveDamagedException>(() =>
            Shelf.IdentityAtAsync(path, CancellationToken.None)
        );
        Assert.Contains($"{path} is damaged: its files are not those that were kept", edited.Message);

        File.Delete(full);
        var torn = await Assert.ThrowsAsync<ArchiveDamagedException>(() =>
            Shelf.LatestAsync("calm_owl", CancellationToken.None)
        );
        Assert.Contains($"{path} is damaged: its file {file} is missing", torn.Message);
    }

    [Fact]
    public async Task A_published_model_is_enough_to_use_it()
    {
        var identity = await Shelf.PutAsync(Model(1), CancellationToken.None);
        var path = Shelf.PathOf("calm_owl", Timeframe.H1, 1);
        await Shelf.PublishAsync(identity, path, CancellationToken.None);
        Directory.Delete(_home.Folder.Resolve("data"), recursive: true);
        Assert.Equal(identity, await Shelf.IdentityAtAsync(path, CancellationToken.None));
        Assert.Equal(1, (await Shelf.GetAsync(identity, CancellationToken.None)).Seed);
    }

    [Theory]
    [InlineData("../../etc/1h_v1")]
    [InlineData("/etc/passwd")]
    [InlineData("models/../1h_v1")]
    [InlineData("models/x/../../y")]
    [InlineData("models/x/latest")]
    [InlineData("models/CON/1h_v1")]
    [InlineData("strategies/x/1h_v1")]
    public async Task No_request_leads_out_of_the_models(string path)
    {
        var identity = await Shelf.PutAsync(Model(1), CancellationToken.None);
        await Assert.ThrowsAsync<OutsideHomeException>(() => Shelf.IdentityAtAsync(path, CancellationToken.None));
        await Assert.ThrowsAsync<OutsideHomeException>(() =>
            Shelf.PublishAsync(identity, path, CancellationToken.None)
        );
        await Assert.ThrowsAsync<ArchiveDamagedException>(() => Shelf.GetAsync(path, CancellationToken.None));
    }

    [Fact]
    public async Task An_assessment_is_read_as_it_was_published_and_holds_no_clock()
    {
        var shelf = new AssessmentShelf(_home.Folder);
        var assessment = new Assessment(
            "mediocre",
            ["It loses little – for now."],
            ["It earns less."],
            ["Try \"less\"."]
        );
        Assert.Null(await shelf.ReadAsync("calm_owl", CancellationToken.None));
        await shelf.PublishAsync("calm_owl", assessment, CancellationToken.None);
        Assert.Equivalent(assessment, await shelf.ReadAsync("calm_owl", CancellationToken.None), strict: true);
        var text = await File.ReadAllTextAsync(_home.Folder.Resolve(shelf.PathOf("calm_owl")));
        Assert.StartsWith(
            "{\n  \"verdict\": \"mediocre\",\n  \"strengths\": [\n    \"It loses little – for now.\"",
            text
        );
        await Assert.ThrowsAsync<OutsideHomeException>(() =>
            shelf.PublishAsync("../x", assessment, CancellationToken.None)
        );
    }

    internal static TrainedModel Model(int seed) =>
        new()
        {
            StrategyName = "calm_owl",
            StrategyHash = "5t",
            StrategyIdentity = "1d",
            Symbol = "EURUSD",
            Timeframe = "1h",
            WindowHash = "h",
            Seed = seed,
            InstructionSet = "Vector256",
            Shape = new NetworkShape(2, [2], 3, default),
            Weights = [0.1f, -2, 3, float.Epsilon, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, float.MaxValue],
            Features =
            [
                new FeatureColumn("1h_rsi_low", default, 0, 1),
                new FeatureColumn("1h_rsi_raw", default, 0.1, 1e-300),
            ],
            Report = new TrainingReport
            {
                Accuracy = 0.5,
                InitialLoss = 1.1,
                FinalLoss = 0.7,
                MajorityAccuracy = 0.48,
                TestLoss = 0.71,
                Precision = 0.5,
                Recall = 0.5,
                F1 = 0.5,
                ClassRecall = [0.5, 0.5, double.NaN],
                PredictedShare = [0.4, 0.6, 0],
                Epochs = [new EpochFigures(1, 1, 0.4, double.NaN, double.NaN)],
                KeptEpoch = 1,
                Parameters = 15,
                Rows = new SplitRows(70, 15, 15),
                DroppedRows = 3,
                PurgedRows = 2,
                ClassCounts = [30, 0, 40],
                FirstBar = "2007-01-01T21:00:00Z",
                LastBar = "2014-01-01T00:00:00Z",
                WindowHash = "h",
                Synthetic = false,
                Warnings = ["a warning"],
            },
        };
}
