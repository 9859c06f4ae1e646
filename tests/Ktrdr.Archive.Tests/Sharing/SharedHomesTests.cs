using System.Diagnostics;
using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Archive.Tests;

/// <summary>Homes of their own that share one real database.</summary>
public sealed class SharedHomesTests : IDisposable
{
    private const string Name = "pullback_rsi_adx";
    private readonly SharedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task What_appears_in_one_home_appears_in_the_other_byte_for_byte()
    {
        var (one, other) = (_store.OpenNew(), _store.OpenNew());
        await CatchUpAsync(one, other);
        await FillAsync(one);

        await CatchUpAsync(one, other);

        Assert.Equal(17, Contents(one).Count);
        Assert.Equal(Contents(one), Contents(other));
        Assert.Empty(_store.Warnings);
        // And it is of use there.
        var model = (await new ModelShelf(other).LatestAsync(Name, CancellationToken.None))!.Value;
        Assert.Equal(7, (await new ModelShelf(other).GetAsync(model.Identity, CancellationToken.None)).Seed);
        Assert.Equal(Name, (await new StrategyShelf(other).OpenAsync(Name, CancellationToken.None)).Name);
        Assert.Equal(2_000, await BarsIn(other));
    }

    [Fact]
    public async Task An_old_home_brings_what_it_has_and_gets_what_it_lacks()
    {
        var old = _store.NewHome();
        await FillAsync(old.Folder);
        Write(old.Folder, "data/.cache/X_1h.bars", "cache");
        Write(old.Folder, "data/notes.txt", "mine");
        Write(old.Folder, "strategies/.0123.tmp", "torn");
        Write(old.Folder, $"strategies/{Name}/backtest_2/report.json", "no identity");
        var other = _store.OpenNew();
        await new AssessmentShelf(other).PublishAsync("calm_owl", Opinion("calm"), CancellationToken.None);

        var opened = _store.Open(old);
        await CatchUpAsync(opened, other);

        Assert.Equal(9, _store.Files.After(0).Count);
        Assert.Equal(2_000, await BarsIn(other));
        Assert.Equal(
            "calm",
            (await new AssessmentShelf(opened).ReadAsync("calm_owl", CancellationToken.None))!.Verdict
        );
        Assert.False(Path.Exists(Path.Combine(other.Root, "data/notes.txt")));
        Assert.False(Path.Exists(Path.Combine(other.Root, $"strategies/{Name}/backtest_2")));
        Assert.Contains("backtest_2", Assert.Single(_store.Warnings));
    }

    [Fact]
    public async Task What_a_person_changed_stays_and_theirs_comes_once_it_is_moved_away()
    {
        var (one, home) = (_store.OpenNew(), _store.NewHome());
        var other = _store.Open(home);
        await PublishAsync(one, Example.Text);
        await CatchUpAsync(other);
        var path = other.Resolve($"strategies/{Name}.yaml");
        await File.AppendAllTextAsync(path, "# my own\n");
        var mine = await File.ReadAllBytesAsync(path);

        await PublishAsync(one, Example.With("period: 14, source", "period: 21, source"));
        await CatchUpAsync(other);
        await CatchUpAsync(other);
        Assert.Contains($"strategies/{Name}.yaml", Assert.Single(_store.Warnings));
        Assert.Equal(mine, await File.ReadAllBytesAsync(path));
        other = _store.Open(home);
        await CatchUpAsync(other);
        Assert.Equal(mine, await File.ReadAllBytesAsync(path));

        File.Move(path, path + ".mine");
        await CatchUpAsync(other);
        Assert.Equal(
            await File.ReadAllBytesAsync(one.Resolve($"strategies/{Name}.yaml")),
            await File.ReadAllBytesAsync(path)
        );
    }

    [Fact]
    public async Task What_a_person_changed_of_what_is_shared_is_said_once_a_start_and_theirs_comes_once_it_is_moved_away()
    {
        var (one, home) = (_store.OpenNew(), _store.NewHome());
        await PublishAsync(one, Example.Text);
        await ImportAsync(one, 2_000);
        var other = _store.Open(home);
        await CatchUpAsync(other);
        var path = other.Resolve($"strategies/{Name}.yaml");
        await File.AppendAllTextAsync(path, "# my own\n");

        other = _store.Open(home);
        await CatchUpAsync(other);
        await CatchUpAsync(other, one);
        Assert.Contains($"strategies/{Name}.yaml of this home", Assert.Single(_store.Warnings));
        Assert.NotEqual(Contents(one), Contents(other));

        // Even when nobody was there to see it go.
        File.Move(path, path + ".mine");
        other = _store.Open(home);
        await CatchUpAsync(other);
        File.Delete(path + ".mine");
        Assert.Equal(Contents(one), Contents(other));
        Assert.Single(_store.Warnings);
    }

    [Fact]
    public async Task Of_two_homes_that_start_together_with_different_files_of_one_name_the_first_to_give_its_own_wins()
    {
        var (first, second) = (_store.NewHome(), _store.NewHome());
        Write(first.Folder, "strategies/calm_owl.yaml", "of the first");
        Write(second.Folder, "strategies/calm_owl.yaml", "of the second");
        var files = new Overtaken(_store.Files, () => CatchUpAsync(_store.Open(first)));
        var late = _store.Open(second, files);

        await CatchUpAsync(late);
        await CatchUpAsync(late);

        Assert.Equal("of the first"u8, _store.Files.Find("strategies/calm_owl.yaml")!.Body);
        Assert.Equal("of the second", await File.ReadAllTextAsync(late.Resolve("strategies/calm_owl.yaml")));
        Assert.Contains("calm_owl", Assert.Single(_store.Warnings));
    }

    [Fact]
    public async Task What_the_program_publishes_takes_the_place_of_no_file_that_somebody_wrote()
    {
        var (home, other) = (_store.OpenNew(), _store.OpenNew());
        await CatchUpAsync(home, other);
        Write(home, $"strategies/{Name}.yaml", "mine");

        await PublishAsync(home, Example.Text);
        await CatchUpAsync(home, other);

        Assert.Equal("mine", await File.ReadAllTextAsync(home.Resolve($"strategies/{Name}.yaml")));
        Assert.True(new StrategyShelf(other).Exists(Name));
        Assert.Contains($"strategies/{Name}.yaml", Assert.Single(_store.Warnings));
    }

    [Fact]
    public async Task What_is_too_large_to_share_is_never_packed_and_appears_in_its_own_home()
    {
        var home = _store.OpenNew();
        var appeared = false;

        await home.Mirror.AppearAsync(
            "data/X_1h",
            () => Task.FromResult(SharedPath.MostBytes + 1),
            () => throw new InvalidOperationException("It was packed."),
            () =>
            {
                appeared = true;
                return Task.CompletedTask;
            },
            CancellationToken.None
        );

        Assert.True(appeared);
        Assert.Empty(_store.Files.After(0));
        Assert.Contains("too large", Assert.Single(_store.Warnings));
    }

    [Fact]
    public async Task What_a_person_deleted_stays_deleted_until_there_is_something_new()
    {
        var (one, home) = (_store.OpenNew(), _store.NewHome());
        var other = _store.Open(home);
        await PublishAsync(one, Example.Text);
        await CatchUpAsync(other);
        var path = other.Resolve($"strategies/{Name}.yaml");

        File.Delete(path);
        await CatchUpAsync(other);
        other = _store.Open(home);
        await CatchUpAsync(other);
        Assert.False(File.Exists(path));

        await PublishAsync(one, Example.With("period: 14, source", "period: 21, source"));
        await CatchUpAsync(other);
        Assert.Contains("period: 21", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_dataset_that_was_lengthened_elsewhere_takes_the_place_of_the_shorter_one()
    {
        var (one, home) = (_store.OpenNew(), _store.NewHome());
        var other = _store.Open(home);
        await ImportAsync(one, 2_000);
        await CatchUpAsync(other);
        var datasets = new Datasets(other);
        Assert.Equal(2_000, (await datasets.ShowAsync("X", Timeframe.H1, CancellationToken.None)).Bars);

        await ImportAsync(one, 2_100);
        await CatchUpAsync(other);
        Assert.Equal(2_100, (await datasets.ShowAsync("X", Timeframe.H1, CancellationToken.None)).Bars);

        // The other way round, at once: an import goes on from what was imported last, wherever that was.
        await ImportAsync(one, 2_200);
        await ImportAsync(other, 2_150);
        await CatchUpAsync(one);
        Assert.Equal((2_200, 2_200), (await BarsIn(one), await BarsIn(other)));
        Assert.Empty(_store.Warnings);
    }

    [Fact]
    public async Task Bars_that_a_person_changed_are_left_alone_with_their_record()
    {
        var (one, other) = (_store.OpenNew(), _store.OpenNew());
        await ImportAsync(one, 2_000);
        await CatchUpAsync(other);
        await File.AppendAllTextAsync(other.Resolve("data/X_1h.csv"), "2030-01-01T00:00:00Z,1,1,1,1,1,0\n");
        var mine = Contents(other);

        await ImportAsync(one, 2_100);
        await CatchUpAsync(other);

        Assert.Equal(mine, Contents(other));
        Assert.Contains("data/X_1h", Assert.Single(_store.Warnings));
    }

    [Fact]
    public async Task A_process_that_dies_before_any_file_it_fetches_leaves_nothing_the_next_one_does_not_finish()
    {
        var one = _store.OpenNew();
        await ImportAsync(one, 2_000);
        // As many homes as there are files to fetch, for each to die at another, and one that lives.
        TemporaryHome[] homes = [.. Enumerable.Range(0, 10).Select(_ => _store.NewHome())];
        await CatchUpAsync([.. homes.Select(_store.Open)]);
        await FillAsync(one, bars: 2_100);

        var died = 0;
        foreach (var (index, home) in homes.Index())
        {
            died += await Death.AtAsync(index + 1, () => CatchUpAsync(_store.Open(home))) ? 1 : 0;
            var opened = _store.Open(home);
            await CatchUpAsync(opened);
            Assert.Equal(Contents(one), Contents(opened));
        }

        Assert.Equal(9, died); // seven things of one piece, and the two files of the dataset
        Assert.Empty(_store.Warnings);
    }

    [Fact]
    public async Task A_process_that_dies_before_any_file_it_makes_leaves_homes_that_agree()
    {
        for (var at = 1; ; at++)
        {
            using var store = new SharedStore();
            var (home, other) = (store.NewHome(), store.OpenNew());
            await ImportAsync(store.Open(home), 2_000);
            var died = await Death.AtAsync(at, () => FillAsync(store.Open(home), bars: 2_100));

            var opened = store.Open(home);
            await CatchUpAsync(opened, other);

            Assert.Equal(Contents(other), Contents(opened));
            Assert.Empty(store.Warnings);
            if (!died)
            {
                Assert.Equal(2_100, await BarsIn(other));
                break;
            }
        }
    }

    [Fact]
    public async Task What_was_imported_without_a_server_is_shared_at_the_next_start()
    {
        var (one, home) = (_store.OpenNew(), _store.NewHome());
        await ImportAsync(one, 2_000);
        await CatchUpAsync(_store.Open(home));
        await ImportAsync(home.Folder, 2_100);

        await CatchUpAsync(_store.Open(home), one);

        Assert.Equal(2_100, await BarsIn(one));
        Assert.Empty(_store.Warnings);
    }

    [Fact]
    public async Task Two_homes_that_made_the_same_sample_market_do_not_quarrel()
    {
        var (one, other) = (_store.OpenNew(), _store.OpenNew());
        await new Datasets(one).EnsureSampleAsync(CancellationToken.None);
        await new Datasets(other).EnsureSampleAsync(CancellationToken.None);

        await CatchUpAsync(one, other);

        Assert.Single(_store.Files.After(0));
        Assert.Empty(_store.Warnings);
        Assert.Equal(Contents(one), Contents(other));
    }

    [Theory]
    [InlineData("../escaped.yaml")]
    [InlineData("/tmp/escaped.yaml")]
    [InlineData("strategies/../../escaped.yaml")]
    [InlineData("strategies/..")]
    [InlineData("strategies/.hidden.yaml")]
    [InlineData("ktrdr.db")]
    [InlineData("ktrdr.lock")]
    [InlineData("data/.cache/X_1h.bars")]
    [InlineData("data/.shared")]
    [InlineData("data/checkpoints/op_training")]
    [InlineData("bin/run.yaml")]
    [InlineData("strategies/a\\b.yaml")]
    [InlineData("strategies/CON.yaml")]
    public async Task A_hostile_path_in_the_table_is_refused(string path)
    {
        var home = _store.OpenNew();
        await _store.Files.PutAsync(path, "evil"u8.ToArray(), CancellationToken.None);
        await PublishAsync(_store.OpenNew(), Example.Text);

        await CatchUpAsync(home);
        await CatchUpAsync(home);

        Assert.Contains($"'{path}'", Assert.Single(_store.Warnings));
        Assert.Equal(2, Contents(home).Count); // the strategy, on the shelf and by its name
        Assert.False(Path.Exists(Path.GetFullPath(Path.Combine(home.Root, "..", "escaped.yaml"))));
    }

    [Fact]
    public async Task A_hostile_path_writes_no_lines_of_its_own_into_the_log()
    {
        await _store.Files.PutAsync(
            $"strategies/x\n{new string('y', 10_000)}",
            "evil"u8.ToArray(),
            CancellationToken.None
        );

        await CatchUpAsync(_store.OpenNew());

        var warning = Assert.Single(_store.Warnings);
        Assert.DoesNotContain('\n', warning);
        Assert.True(warning.Length < 200);
    }

    [Theory]
    [InlineData("bodies SET body = substring(body from 1 for octet_length(body) / 2)")]
    [InlineData("bodies SET body = body || 'x'")]
    [InlineData("files SET hash = repeat('0', 64)")]
    public async Task What_was_torn_on_the_way_never_appears_and_is_taken_once_it_is_whole(string damage)
    {
        var (one, other) = (_store.OpenNew(), _store.OpenNew());
        await ImportAsync(one, 2_000);
        await PublishAsync(one, Example.Text);
        await PublishModelAsync(one);
        _store.Execute($"UPDATE {damage}");

        await CatchUpAsync(other);
        Assert.Empty(Contents(other));
        Assert.Equal(5, _store.Warnings.Count);

        foreach (var path in SharedPath.In(one))
        {
            await _store.Files.PutAsync(path.Relative, path.Read(one)!, CancellationToken.None);
        }

        await CatchUpAsync(other);
        Assert.Equal(Contents(one), Contents(other));
    }

    [Fact]
    public async Task What_claims_another_identity_than_its_own_is_refused()
    {
        var home = _store.OpenNew();
        var identity = StoredFile.HashOf("honest"u8);
        await _store.Files.PutAsync(
            $"data/shelf/strategies/{identity}.yaml",
            "forged"u8.ToArray(),
            CancellationToken.None
        );
        await _store.Files.PutAsync(
            $"data/shelf/models/{identity}",
            FilePack.Of([KeyValuePair.Create("model.json", "forged"u8.ToArray())]),
            CancellationToken.None
        );

        await CatchUpAsync(home);

        Assert.Empty(Contents(home));
        Assert.Equal(2, _store.Warnings.Count);
    }

    [Fact]
    public async Task Nothing_counts_as_published_before_it_is_in_the_store()
    {
        var home = _store.OpenNew();
        var shelf = new StrategyShelf(home);
        var identity = await shelf.PutAsync(Example.Valid(Example.Text), CancellationToken.None);
        _store.Execute("ALTER TABLE files RENAME TO files_away");

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            shelf.PublishAsync(identity, Name, CancellationToken.None)
        );
        Assert.False(shelf.Exists(Name));
        _store.Execute("ALTER TABLE files_away RENAME TO files");
        await shelf.PublishAsync(identity, Name, CancellationToken.None);

        Assert.Contains(_store.Files.After(0), file => file.Path == $"strategies/{Name}.yaml");
    }

    [Fact]
    public async Task A_training_taken_over_by_another_home_finds_the_checkpoint_that_got_furthest()
    {
        const string operation = "op_training_20260101_000000_0123abcd";
        var fingerprint = new string('a', 64);
        var (one, other) = (
            new CheckpointShelf(_store.OpenNew(), _store.Files),
            new CheckpointShelf(_store.OpenNew(), _store.Files)
        );
        one.Put(operation, fingerprint, CheckpointShelfTests.Checkpoint(2));

        Assert.Equivalent(CheckpointShelfTests.Checkpoint(2), other.Find(operation, fingerprint), strict: true);
        Assert.Null(other.Find(operation, new string('b', 64)));
        other.Put(operation, fingerprint, CheckpointShelfTests.Checkpoint(3));
        // Back where it began, whose own is older.
        Assert.Equal(3, one.Find(operation, fingerprint)!.Epochs.Count);
        Assert.Equal([operation], new CheckpointShelf(_store.OpenNew(), _store.Files).Owners());

        other.Remove(operation);
        Assert.Null(other.Find(operation, fingerprint));
        Assert.Empty(other.Owners());
        Assert.Empty(_store.Files.After(0));
    }

    [Fact]
    public void A_store_that_takes_no_checkpoint_disturbs_no_training()
    {
        var fingerprint = new string('a', 64);
        var shelf = new CheckpointShelf(_store.OpenNew(), _store.Files);
        _store.Execute("ALTER TABLE files ADD CHECK (sequence > 0)");

        shelf.Put("op_training_20260101_000000_0123abcd", fingerprint, CheckpointShelfTests.Checkpoint(2));

        Assert.Equal(2, shelf.Find("op_training_20260101_000000_0123abcd", fingerprint)!.Epochs.Count);
    }

    [Fact]
    public async Task A_host_on_a_server_shares_its_home_and_one_on_a_file_does_not()
    {
        using var alone = new TemporaryHome();
        await using var services = new ServiceCollection()
            .AddArchive(alone.Folder.Root)
            .AddOperations(options => options.DatabasePath = Path.Combine(alone.Folder.Root, "ktrdr.db"))
            .BuildServiceProvider();
        Assert.Null(services.GetService<ISharedFiles>());
        await services.GetRequiredService<IHomeMirror>().CatchUpAsync(CancellationToken.None);
        await services
            .GetRequiredService<IAssessmentShelf>()
            .PublishAsync(Name, Opinion("poor"), CancellationToken.None);
        Assert.False(Path.Exists(Path.Combine(alone.Folder.Root, "data", ".shared")));

        await using var sharing = new ServiceCollection()
            .AddArchive(alone.Folder.Root)
            .AddLogging()
            .AddSingleton(_store.Files)
            .BuildServiceProvider();
        await sharing.GetRequiredService<IHomeMirror>().CatchUpAsync(CancellationToken.None);
        Assert.Equal([$"strategies/{Name}/assessment.json"], _store.Files.After(0).Select(file => file.Path));
    }

    private static async Task FillAsync(HomeFolder home, int bars = 2_000)
    {
        await PublishAsync(home, Example.Text);
        await PublishModelAsync(home);
        var results = new FolderShelf(home, "data/shelf/backtests", ["report.json"], "backtest");
        var identity = await results.KeepAsync(
            new Dictionary<string, byte[]> { ["report.json"] = "{}"u8.ToArray() },
            CancellationToken.None
        );
        await results.PublishAsync(identity, $"strategies/{Name}/backtest_1", CancellationToken.None);
        await new AssessmentShelf(home).PublishAsync(Name, Opinion("mediocre"), CancellationToken.None);
        await ImportAsync(home, bars);
    }

    private static async Task PublishAsync(HomeFolder home, string text)
    {
        var shelf = new StrategyShelf(home);
        var identity = await shelf.PutAsync(Example.Valid(text), CancellationToken.None);
        await shelf.PublishAsync(identity, Name, CancellationToken.None);
    }

    private static async Task PublishModelAsync(HomeFolder home)
    {
        var shelf = new ModelShelf(home);
        var identity = await shelf.PutAsync(ModelShelfTests.Model(7), CancellationToken.None);
        await shelf.PublishAsync(identity, shelf.PathOf(Name, Timeframe.H1, 1), CancellationToken.None);
    }

    private static async Task ImportAsync(HomeFolder home, int bars)
    {
        var file = Path.Combine(Directory.CreateDirectory(home.Root).Parent!.FullName, "bars.csv");
        await File.WriteAllTextAsync(file, DatasetsTests.Text(bars));
        await new Datasets(home).ImportAsync(file, new ImportOptions("x", Timeframe.H1), CancellationToken.None);
    }

    private static async Task<int> BarsIn(HomeFolder home) =>
        (await new Datasets(home).ShowAsync("X", Timeframe.H1, CancellationToken.None)).Bars;

    private static Assessment Opinion(string verdict) => new(verdict, ["one", "two"], ["three", "four"], ["five"]);

    private static void Write(HomeFolder home, string relative, string text)
    {
        var path = Path.Combine(home.Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task CatchUpAsync(params HomeFolder[] homes)
    {
        foreach (var home in homes)
        {
            await home.Mirror.CatchUpAsync(CancellationToken.None);
        }
    }

    /// <summary>Ends what a test does just before a file of its appears: as good as dead, for nothing after it is done.</summary>
    private sealed class Death : Exception
    {
        private static readonly AsyncLocal<Counter?> s_left = new();

        static Death() =>
            ActivitySource.AddActivityListener(
                new ActivityListener
                {
                    ShouldListenTo = source => source.Name == "Ktrdr.Archive.Writes",
                    Sample = (ref _) => ActivitySamplingResult.AllData,
                    ActivityStarted = _ =>
                    {
                        if (s_left.Value is { } counter && --counter.Left == 0)
                        {
                            throw new Death();
                        }
                    },
                }
            );

        /// <summary>Whether it came to that: there may be fewer files.</summary>
        public static async Task<bool> AtAsync(int file, Func<Task> work)
        {
            s_left.Value = new Counter { Left = file };
            try
            {
                await work();
                return false;
            }
            catch (Death)
            {
                return true;
            }
            finally
            {
                s_left.Value = null;
            }
        }

        private sealed class Counter
        {
            public int Left { get; set; }
        }
    }

    /// <summary>The store as one sees it whom another overtakes just after he looked at it for the first time.</summary>
    private sealed class Overtaken(ISharedFiles files, Func<Task> overtake) : ISharedFiles
    {
        private bool _isOvertaken;

        public IReadOnlyList<SharedFile> After(long sequence)
        {
            var found = files.After(sequence);
            if (!_isOvertaken)
            {
                _isOvertaken = true;
                overtake().GetAwaiter().GetResult();
            }

            return found;
        }

        public Task PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
            files.PutAsync(path, body, cancellationToken);

        public Task<bool> TryPutAsync(
            string path,
            ReadOnlyMemory<byte> body,
            string? since,
            CancellationToken cancellationToken
        ) => files.TryPutAsync(path, body, since, cancellationToken);

        public StoredFile? Find(string path) => files.Find(path);

        public Task SetAsideAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
            files.SetAsideAsync(path, body, cancellationToken);

        public IReadOnlyList<string> Aside() => files.Aside();

        public Task RemoveAsync(string path, CancellationToken cancellationToken) =>
            files.RemoveAsync(path, cancellationToken);
    }

    /// <summary>Everything that is not behind a dot, by its path.</summary>
    private static SortedDictionary<string, string> Contents(HomeFolder home)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(home.Root))
        {
            foreach (var file in Directory.EnumerateFiles(home.Root, "*", SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(home.Root, file);
                if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
                {
                    found[relative] = StoredFile.HashOf(File.ReadAllBytes(file));
                }
            }
        }

        return found;
    }
}
