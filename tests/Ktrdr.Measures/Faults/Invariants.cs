using Ktrdr.Research;

namespace Ktrdr.Measures;

/// <summary>How a home stands at one moment.</summary>
/// <param name="Home">Its folder.</param>
/// <param name="Records">Its records.</param>
internal sealed record Standing(string Home, Records Records)
{
    /// <summary>The records of an earlier moment, or null: what had ended then is as it was.</summary>
    public Records? Before { get; init; }

    /// <summary>How many cycles may be live at once.</summary>
    public int MostCycles { get; init; } = 1;

    /// <summary>Whether everything is over that was begun, so that whatever is still live is stuck.</summary>
    public bool AtRest { get; init; }

    /// <summary>Looks at a home in which nothing moves: the files are looked at after the records.</summary>
    public static Standing Of(string home, Records? before = null, bool atRest = false, int mostCycles = 1) =>
        new(home, Records.OfHome(home))
        {
            Before = before,
            AtRest = atRest,
            MostCycles = mostCycles,
        };

    /// <summary>Every sentence that does not hold, with what speaks against it.</summary>
    public IReadOnlyList<string> Violations() =>
        [.. Invariants.All.SelectMany(each => each.Against(this).Select(evidence => $"{each.Sentence}: {evidence}"))];
}

/// <summary>A sentence that holds of every home at every moment, whatever was killed, paused, cancelled or started again.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Against">What speaks against it; nothing while it holds.</param>
internal sealed record Invariant(string Sentence, Func<Standing, IEnumerable<string>> Against);

/// <summary>The sentences.</summary>
internal static class Invariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("No more cycles are live than may be", TooManyCycles),
        new("Nothing is stuck once all is over", Stuck),
        new("A child lies under one parent, once under its name", Strays),
        new("No child lives under a parent that ended", Orphans),
        new("A history makes only legal steps and amounts to its record", Histories.Against),
        new("What has ended never changes", Changed),
        new("A failure says what, how much and what next", SilentFailures),
        new("A cycle has one strategy name, and the name one cycle", StrategyNames),
        new("As many trials as backtests, and an experiment a cycle", Ledgers),
        new("An account is the sum of what was bought", Accounts.Against),
        new("A public file is whole or absent, and follows its record", PublicFiles.Against),
        new("What is kept by its content has that content", PublicFiles.Kept),
    ];

    public static bool HasEnded(Row operation) => operation["status"] is "completed" or "failed" or "cancelled";

    private static IEnumerable<string> TooManyCycles(Standing standing)
    {
        var live = standing
            .Records.Operations.Where(operation => operation["type"] == OperationTypes.Cycle && !HasEnded(operation))
            .ToList();
        return live.Count > standing.MostCycles
            ? [$"{live.Count} of {standing.MostCycles} are: {string.Join(", ", live.Select(cycle => cycle["id"]))}"]
            : [];
    }

    private static IEnumerable<string> Stuck(Standing standing) =>
        standing
            .Records.Operations.Where(operation =>
                standing.AtRest && (!HasEnded(operation) || operation["publication"] is "owed" or "late")
            )
            .Select(operation =>
                $"{operation["id"]} is {operation["status"]}, its publication '{operation["publication"]}'"
            );

    private static IEnumerable<string> Strays(Standing standing)
    {
        var byId = standing.Records.Operations.ToLookup(operation => operation["id"]);
        foreach (var twice in byId.Where(same => same.Count() > 1))
        {
            yield return $"there are {twice.Count()} operations {twice.Key}";
        }

        var children = standing.Records.Operations.Where(operation => operation.Has("parent_id")).ToList();
        foreach (
            var twice in children.GroupBy(child => (child["parent_id"], child["name"])).Where(same => same.Count() > 1)
        )
        {
            yield return $"{twice.Key} was recorded as {string.Join(" and ", twice.Select(child => child["id"]))}";
        }

        foreach (var child in children)
        {
            if (byId[child["parent_id"]].FirstOrDefault() is not { } parent)
            {
                yield return $"{child["id"]} has no parent {child["parent_id"]}";
            }
            else if (parent["root_id"] != child["root_id"])
            {
                yield return $"{child["id"]} is of the tree {child["root_id"]}, its parent of {parent["root_id"]}";
            }
        }
    }

    private static IEnumerable<string> Orphans(Standing standing)
    {
        var ended = standing.Records.Operations.Where(HasEnded).ToLookup(operation => operation["id"]);
        return standing
            .Records.Operations.Where(child => !HasEnded(child) && ended.Contains(child["parent_id"]))
            .Select(child =>
                $"{child["id"]} is {child["status"]}, {child["parent_id"]} {ended[child["parent_id"]].First()["status"]}"
            );
    }

    private static IEnumerable<string> Changed(Standing standing)
    {
        var now = standing.Records.Operations.ToLookup(operation => operation["id"]);
        foreach (var then in standing.Before?.Operations.Where(HasEnded) ?? [])
        {
            if (now[then["id"]].FirstOrDefault() is not { } record)
            {
                yield return $"{then["id"]} is gone";
                continue;
            }

            // A result comes under its public name after the end, and that it did is noted.
            var changed = then.Differences(record).Where(column => column != "publication" || then[column] == "done");
            foreach (var column in changed)
            {
                yield return $"{then["id"]} had the {column} '{then[column]}' and has '{record[column]}'";
            }

            var known = standing.Before!.Events[then["id"]].Count();
            foreach (var line in standing.Records.Events[then["id"]].Skip(known))
            {
                if (line["kind"] is not ("published" or "refused_write"))
                {
                    yield return $"{then["id"]} had ended, and then came '{line["kind"]}'";
                }
            }
        }
    }

    private static IEnumerable<string> SilentFailures(Standing standing)
    {
        foreach (var failed in standing.Records.Operations.Where(operation => operation["status"] == "failed"))
        {
            if (!failed.Has("error"))
            {
                yield return $"{failed["id"]} has no error";
                continue;
            }

            var error = failed.Json("error");
            foreach (var part in (string[])["code", "message", "next"])
            {
                if (string.IsNullOrWhiteSpace((string?)error[part]))
                {
                    yield return $"{failed["id"]} has no {part}: {error.ToJsonString()}";
                }
            }

            // A gate compares numbers, and a cap on crashes is one.
            var counts = (string?)error["code"] is "crashed" || ((string?)error["code"] ?? "").EndsWith("_gate_failed");
            if (counts && !((string?)error["message"] ?? "").Any(char.IsAsciiDigit))
            {
                yield return $"{failed["id"]} names no number: {error.ToJsonString()}";
            }
        }
    }

    private static IEnumerable<string> StrategyNames(Standing standing)
    {
        var operations = standing.Records.Operations.ToLookup(operation => operation["id"]);
        var taken = standing
            .Records.Names.Where(name => name["scope"] == "strategy")
            .Select(name => (Name: name["name"], Cycle: operations[name["operation_id"]].First()["root_id"]))
            .ToList();
        foreach (var many in taken.GroupBy(name => name.Cycle).Where(names => names.Count() > 1))
        {
            yield return $"{many.Key} has {string.Join(" and ", many.Select(name => name.Name))}";
        }

        foreach (var shared in taken.GroupBy(name => name.Name).Where(cycles => cycles.Count() > 1))
        {
            yield return $"{shared.Key} is of {string.Join(" and ", shared.Select(name => name.Cycle))}";
        }

        foreach (var (name, id) in taken)
        {
            if (
                (string?)operations[id].FirstOrDefault()?.Json("metadata")["strategy_name"] is { } noted
                && noted != name
            )
            {
                yield return $"{id} says {noted} and took {name}";
            }
        }
    }

    private static IEnumerable<string> Ledgers(Standing standing)
    {
        var operations = standing.Records.Operations;
        var backtests = operations.Where(operation => operation["type"] == OperationTypes.Backtest).ToList();
        // The stub's figures were written down beforehand: nothing was tried.
        var tried = backtests.Where(backtest =>
            backtest["status"] == "completed" && (bool?)backtest.Json("result")["report"]!["stub"] != true
        );
        var lived = operations.Where(operation =>
            operation["type"] == OperationTypes.Cycle
            && operation["status"] == "completed"
            && (string?)operation.Json("order")["provider"] != Providers.Scripted
        );
        return Ledger("trial", standing.Records.Trials, backtests, tried)
            .Concat(
                Ledger(
                    "experiment",
                    standing.Records.Experiments,
                    operations.Where(operation => operation["type"] == OperationTypes.Cycle),
                    lived
                )
            );
    }

    /// <summary>A ledger has one entry of each that must have one, and none of anything that may not.</summary>
    private static IEnumerable<string> Ledger(
        string entry,
        IReadOnlyList<Row> ledger,
        IEnumerable<Row> may,
        IEnumerable<Row> must
    )
    {
        var allowed = may.Select(operation => operation["id"]).ToHashSet();
        var entries = ledger.ToLookup(line => line["key"]);
        foreach (var line in entries.Where(line => line.Count() > 1 || !allowed.Contains(line.Key)))
        {
            yield return $"{line.Key} has {line.Count()} {entry} entries, and {(allowed.Contains(line.Key) ? 1 : 0)} is right";
        }

        foreach (var operation in must.Where(operation => !entries.Contains(operation["id"])))
        {
            yield return $"{operation["id"]} has no {entry}";
        }

        foreach (var (at, line) in ledger.OrderBy(line => line.Number("sequence")).Index())
        {
            if (line.Number("sequence") != at + 1)
            {
                yield return $"{entry} {at + 1} of {ledger.Count} has the number {line["sequence"]}";
            }
        }
    }
}
