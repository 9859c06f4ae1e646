using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>A check that cannot fail is worth nothing: each sentence is broken on purpose, and is the one to complain.</summary>
public sealed class InvariantTests(SampleCycle sample)
{
    private const string Cycle = "(SELECT id FROM operations WHERE type = 'agent_research')";
    private const string Training = "(SELECT id FROM operations WHERE type = 'training')";

    // A purchase of 5 that was settled, as an account wants it.
    private const string Bought = $"""
        INSERT INTO purchases SELECT 1, '2026-11-21', id, id, 1, 'a', 5, '', '' FROM operations WHERE id = {Cycle};
        INSERT INTO settlements VALUES (1, 5, 'settled', '', '', '2026-11-21', 5, 1, 1, 1);
        """;

    private static readonly (string Sentence, string What, string Sql)[] s_records =
    [
        (
            "No more cycles are live than may be",
            "two cycles are live",
            """
            UPDATE operations SET status = 'running' WHERE type = 'agent_research';
            INSERT INTO operations SELECT * FROM operations WHERE type = 'agent_research';
            """
        ),
        (
            "Nothing is stuck once all is over",
            "a cycle was left running",
            $"UPDATE operations SET status = 'running' WHERE id = {Cycle}"
        ),
        (
            "Nothing is stuck once all is over",
            "a result was never published",
            $"UPDATE operations SET publication = 'late' WHERE id = {Training}"
        ),
        (
            "A child lies under one parent, once under its name",
            "a child was recorded twice",
            $"INSERT INTO operations SELECT * FROM operations WHERE id = {Training}"
        ),
        (
            "A child lies under one parent, once under its name",
            "a second child has the name",
            "UPDATE operations SET name = 'train' WHERE type = 'backtesting'"
        ),
        (
            "A child lies under one parent, once under its name",
            "a parent is gone",
            $"UPDATE operations SET parent_id = 'nobody' WHERE id = {Training}"
        ),
        (
            "A child lies under one parent, once under its name",
            "a child is of another tree",
            $"UPDATE operations SET root_id = id WHERE id = {Training}"
        ),
        (
            "No child lives under a parent that ended",
            "a child lives on",
            $"UPDATE operations SET status = 'pending' WHERE id = {Training}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "a line is missing",
            $"DELETE FROM events WHERE number = 2 AND operation_id = {Training}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "it goes on after the end",
            $"UPDATE events SET kind = 'completed' WHERE number = 2 AND operation_id = {Training}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "it completed although it was asked to stop",
            $"UPDATE events SET kind = 'cancel_requested' WHERE kind = 'progress' AND operation_id = {Training}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "it ends otherwise",
            $"UPDATE events SET kind = 'failed' WHERE kind = 'completed' AND operation_id = {Cycle}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "an attempt was never claimed",
            $"UPDATE operations SET attempt = 2 WHERE id = {Cycle}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "an attempt was skipped",
            $$"""UPDATE events SET body = '{"attempt":2}' WHERE kind = 'claimed' AND operation_id = {{Cycle}}"""
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "nobody asked it to stop",
            $"UPDATE operations SET cancel_requested = 1 WHERE id = {Cycle}"
        ),
        (
            "A history makes only legal steps and amounts to its record",
            "it has a result and an error",
            $"UPDATE operations SET error = '' WHERE id = {Cycle}"
        ),
        (
            "What has ended never changes",
            "a result was rewritten",
            $"UPDATE operations SET result = '{{}}' WHERE id = {Cycle}"
        ),
        ("What has ended never changes", "it was taken back", $"DELETE FROM operations WHERE id = {Cycle}"),
        (
            "What has ended never changes",
            "it was claimed again",
            $"INSERT INTO events SELECT operation_id, max(number) + 1, '', 'claimed', '{{}}' FROM events WHERE operation_id = {Cycle}"
        ),
        (
            "A failure says what, how much and what next",
            "no error",
            $"UPDATE operations SET status = 'failed' WHERE id = {Cycle}"
        ),
        (
            "A failure says what, how much and what next",
            "no next step",
            $$"""UPDATE operations SET status = 'failed', error = '{"code":"a","message":"b","next":null}' WHERE id = {{Cycle}}"""
        ),
        (
            "A failure says what, how much and what next",
            "a gate without a number",
            $$"""UPDATE operations SET status = 'failed', error = '{"code":"training_gate_failed","message":"poor","next":"c"}' WHERE id = {{Cycle}}"""
        ),
        (
            "A cycle has one strategy name, and the name one cycle",
            "two names",
            $"INSERT INTO names SELECT 'strategy', 'other', id FROM operations WHERE id = {Training}"
        ),
        (
            "A cycle has one strategy name, and the name one cycle",
            "two cycles",
            "UPDATE operations SET root_id = 'elsewhere' WHERE type = 'training'; INSERT INTO names SELECT 'strategy', (SELECT name FROM names WHERE scope = 'strategy'), id FROM operations WHERE type = 'training'"
        ),
        (
            "A cycle has one strategy name, and the name one cycle",
            "another name is shown",
            "UPDATE names SET name = 'other' WHERE scope = 'strategy'"
        ),
        ("As many trials as backtests, and an experiment a cycle", "a trial is lost", "DELETE FROM ledger_trials"),
        (
            "As many trials as backtests, and an experiment a cycle",
            "a trial is there twice",
            "INSERT INTO ledger_trials SELECT * FROM ledger_trials"
        ),
        (
            "As many trials as backtests, and an experiment a cycle",
            "a trial is nobody's",
            "UPDATE ledger_trials SET key = 'nobody'"
        ),
        (
            "As many trials as backtests, and an experiment a cycle",
            "a number was skipped",
            "UPDATE ledger_trials SET sequence = 2"
        ),
        (
            "As many trials as backtests, and an experiment a cycle",
            "an experiment is lost",
            "DELETE FROM ledger_experiments"
        ),
        (
            "An account is the sum of what was bought",
            "a sum is wrong",
            $"{Bought} UPDATE settlements SET settled_in_day = 6"
        ),
        (
            "An account is the sum of what was bought",
            "a payment is not counted",
            $"{Bought} UPDATE settlements SET payments_in_day = 0"
        ),
        ("An account is the sum of what was bought", "a purchase stays open", $"{Bought} DELETE FROM settlements"),
        (
            "An account is the sum of what was bought",
            "it was paid twice",
            $"{Bought} INSERT INTO settlements SELECT * FROM settlements"
        ),
        (
            "An account is the sum of what was bought",
            "another tree paid",
            $"{Bought} UPDATE purchases SET root_id = 'elsewhere'"
        ),
        (
            "An account is the sum of what was bought",
            "another day paid",
            $"{Bought} UPDATE purchases SET day = '2026-11-22'"
        ),
        (
            "An account is the sum of what was bought",
            "money is held back for a child",
            $"INSERT INTO holds VALUES ({Training}, '2026-11-21', 1)"
        ),
        (
            "A public file is whole or absent, and follows its record",
            "a file came before its record",
            $"UPDATE operations SET status = 'running', publication = NULL WHERE id = {Training}"
        ),
    ];

    private static readonly (string Sentence, string What, Action<BrokenHome> Break)[] s_files =
    [
        Torn("a strategy was cut", "strategies", "*.yaml"),
        Torn("weights were cut", "models", "weights.bin"),
        Torn("trades were cut", "strategies", "trades.csv"),
        Torn("an opinion was cut", "strategies", "assessment.json"),
        Torn("a dataset's record was cut", "data", "SAMPLE_1h.json"),
        (
            "A public file is whole or absent, and follows its record",
            "a strategy is gone",
            home => File.Delete(One(home, "strategies", "*.yaml"))
        ),
        (
            "A public file is whole or absent, and follows its record",
            "bars are gone",
            home => File.Delete(One(home, "data", "*.csv"))
        ),
        (
            "A public file is whole or absent, and follows its record",
            "a model is nobody's",
            home => Directory.CreateDirectory(home.At("models/rsi/1h_v1"))
        ),
        (
            "What is kept by its content has that content",
            "a kept strategy was edited",
            home => Append(One(home, "data/shelf/strategies", "*.yaml"))
        ),
        (
            "What is kept by its content has that content",
            "a kept model was edited",
            home => Append(One(home, "data/shelf/models", "model.json"))
        ),
    ];

    public static TheoryData<string> Breaks =>
        [.. s_records.Select(each => each.What), .. s_files.Select(each => each.What)];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task What_is_broken_is_caught(string what)
    {
        var (home, _) = await sample.FinishedAsync();
        using var broken = new BrokenHome(home);
        var before = Records.OfHome(home.Folder);
        string sentence;
        if (Array.Find(s_records, each => each.What == what) is { Sql: { } sql } record)
        {
            broken.Do(sql);
            sentence = record.Sentence;
        }
        else
        {
            var file = Array.Find(s_files, each => each.What == what);
            file.Break(broken);
            sentence = file.Sentence;
        }

        Assert.Contains(
            Standing.Of(broken.Folder, before, atRest: true).Violations(),
            violation => violation.StartsWith($"{sentence}: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_home_that_nothing_happened_to_keeps_every_sentence()
    {
        var (home, _) = await sample.FinishedAsync();
        using var copy = new BrokenHome(home);

        Assert.Empty(Standing.Of(copy.Folder, Records.OfHome(home.Folder), atRest: true).Violations());
        copy.Do(Bought);
        Assert.Empty(Standing.Of(copy.Folder).Violations());
    }

    [Fact]
    public void Every_sentence_is_broken_by_something() =>
        Assert.Equal(
            Invariants.All.Select(each => each.Sentence).Order(StringComparer.Ordinal),
            s_records
                .Select(each => each.Sentence)
                .Concat(s_files.Select(each => each.Sentence))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    private static (string, string, Action<BrokenHome>) Torn(string what, string folder, string name) =>
        (
            "A public file is whole or absent, and follows its record",
            what,
            home =>
            {
                using var file = File.OpenWrite(One(home, folder, name));
                file.SetLength(file.Length - 3);
            }
        );

    private static string One(BrokenHome home, string folder, string name) =>
        Directory
            .EnumerateFiles(home.At(folder), name, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .First();

    private static void Append(string file) => File.AppendAllText(file, "\n");
}
