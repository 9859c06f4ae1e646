using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>Holds a replay against its original, byte by byte.</summary>
/// <remarks>What counts of the original is what it kept by identity: a file of its home may have been edited since, or written
/// again by a later cycle of the same strategy.</remarks>
internal sealed class ReplayComparison(HomeFolder home, HomeFolder replayHome)
{
    private readonly List<ReplayedPart> _parts = [];
    private readonly List<string> _notes = [];

    public async Task<ReplayView> OfAsync(RecordedRun original, RecordedRun replay, CancellationToken cancellationToken)
    {
        await StrategyAsync(original, replay, cancellationToken);
        await ModelAsync(original, replay, cancellationToken);
        await BacktestAsync(original, replay, cancellationToken);
        await AssessmentAsync(original, replay, cancellationToken);
        Add("training gate", Gate(original, "training_gate"), Gate(replay, "training_gate"));
        Add("backtest gate", Gate(original, "backtest_gate"), Gate(replay, "backtest_gate"));
        Add("verdict", Fact(original, "assessment_verdict"), Fact(replay, "assessment_verdict"));
        Add("end", End(original.Cycle), End(replay.Cycle));
        return new ReplayView
        {
            OperationId = original.Cycle.Id,
            Same = _parts.All(part => part.Outcome == "same"),
            Parts = _parts,
            Notes = _notes,
            KeptAt = null,
        };
    }

    private async Task StrategyAsync(RecordedRun original, RecordedRun replay, CancellationToken cancellationToken)
    {
        var name = Fact(original, "strategy_path") ?? Fact(replay, "strategy_path");
        if (name is not null)
        {
            await AddFilesAsync(
                _ => name,
                original.StrategyIdentity,
                replay.StrategyIdentity,
                (folder, identity) => TextAsync(new StrategyShelf(folder), identity, cancellationToken)
            );
        }
    }

    private async Task ModelAsync(RecordedRun original, RecordedRun replay, CancellationToken cancellationToken)
    {
        var (then, now) = (
            original.Result<TrainingResult>(Phase.Training),
            replay.Result<TrainingResult>(Phase.Training)
        );
        await AddFilesAsync(
            file => $"{then?.ModelPath ?? now?.ModelPath}/{file}",
            then?.ModelIdentity,
            now?.ModelIdentity,
            (folder, identity) => new ModelShelf(folder).FilesAsync(identity, cancellationToken)
        );
        if (then is null || now is null)
        {
            return;
        }

        NoteBars("learning", then.Report.WindowHash, now.Report.WindowHash);
        if (then.ModelIdentity != now.ModelIdentity)
        {
            var before = await new ModelShelf(home).GetAsync(then.ModelIdentity!, cancellationToken);
            var after = await new ModelShelf(replayHome).GetAsync(now.ModelIdentity!, cancellationToken);
            if (before.InstructionSet != after.InstructionSet)
            {
                _notes.Add(
                    $"The original was trained with {before.InstructionSet} and the replay with {after.InstructionSet}, which may "
                        + "change the last bit of a weight."
                );
            }
        }
    }

    private async Task BacktestAsync(RecordedRun original, RecordedRun replay, CancellationToken cancellationToken)
    {
        var then = original.Result<BacktestResult>(Phase.Backtesting);
        var now = replay.Result<BacktestResult>(Phase.Backtesting);
        await AddFilesAsync(
            file => $"{then?.ResultsPath ?? now?.ResultsPath}/{file}",
            then?.ResultsIdentity,
            now?.ResultsIdentity,
            (folder, identity) => new BacktestShelf(folder).FilesAsync(identity, cancellationToken)
        );
        if (then is not null && now is not null)
        {
            NoteBars("selection", then.Report.WindowHash, now.Report.WindowHash);
        }
    }

    private async Task AssessmentAsync(RecordedRun original, RecordedRun replay, CancellationToken cancellationToken)
    {
        var then = original.Result<AssessmentResult>(Phase.Assessing);
        var now = replay.Result<AssessmentResult>(Phase.Assessing);
        if ((then ?? now) is { AssessmentPath: var path })
        {
            Add(
                path,
                then is null
                    ? null
                    : AssessmentShelf.BytesOf(
                        new Assessment(then.Verdict, then.Strengths, then.Weaknesses, then.Suggestions, then.Stub)
                    ),
                now is null ? null : await File.ReadAllBytesAsync(replayHome.Resolve(path), cancellationToken)
            );
        }
    }

    private async Task AddFilesAsync(
        Func<string, string> nameOf,
        string? original,
        string? replay,
        Func<HomeFolder, string, Task<IReadOnlyDictionary<string, byte[]>>> open
    )
    {
        var then = await FilesAsync(home, original, open);
        var now = await FilesAsync(replayHome, replay, open);
        foreach (var file in then.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Add(nameOf(file), then.GetValueOrDefault(file), now.GetValueOrDefault(file));
        }
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> FilesAsync(
        HomeFolder folder,
        string? identity,
        Func<HomeFolder, string, Task<IReadOnlyDictionary<string, byte[]>>> open
    )
    {
        try
        {
            return identity is null ? new Dictionary<string, byte[]>() : await open(folder, identity);
        }
        catch (Exception damage) when (damage is ArchiveDamagedException or StrategyRefusedException)
        {
            _notes.Add(damage.Message);
            return new Dictionary<string, byte[]>();
        }
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> TextAsync(
        StrategyShelf shelf,
        string identity,
        CancellationToken cancellationToken
    ) => new Dictionary<string, byte[]> { ["yaml"] = await shelf.KeptTextAsync(identity, cancellationToken) };

    private void Add(string name, byte[]? original, byte[]? replay)
    {
        if (original is null || replay is null)
        {
            _parts.Add(new ReplayedPart(name, "missing", original is null ? "in the original" : "in the replay"));
            return;
        }

        var at = original.AsSpan().CommonPrefixLength(replay);
        _parts.Add(
            at == original.Length && at == replay.Length
                ? new ReplayedPart(name, "same", null)
                : new ReplayedPart(
                    name,
                    "differs",
                    $"from byte {at + 1}; {original.Length} bytes then, {replay.Length} now"
                )
        );
    }

    /// <summary>Compares two facts; one that neither has is none.</summary>
    private void Add(string name, string? original, string? replay)
    {
        if (original is null && replay is null)
        {
            return;
        }

        _parts.Add(
            original == replay
                ? new ReplayedPart(name, "same", original)
                : new ReplayedPart(name, "differs", $"{original ?? "nothing"} then, {replay ?? "nothing"} now")
        );
    }

    private void NoteBars(string window, string original, string replay)
    {
        if (original != replay)
        {
            _notes.Add($"The bars of the {window} window changed since: {original[..12]}… then, {replay[..12]}… now.");
        }
    }

    private static string? Gate(RecordedRun run, string gate) =>
        run.Cycle.Metadata[gate] is { } judged ? $"{(string?)judged["result"]}: {(string?)judged["reason"]}" : null;

    private static string? Fact(RecordedRun run, string fact) => (string?)run.Cycle.Metadata[fact];

    private static string End(Operation cycle) =>
        OperationViews.NameOf(cycle.Status) + (cycle.Error is { } error ? $", {error.Code}" : "");
}
