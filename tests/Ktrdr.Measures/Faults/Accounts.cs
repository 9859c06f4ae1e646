namespace Ktrdr.Measures;

/// <summary>The ledgers of money, added up again.</summary>
internal static class Accounts
{
    public static IEnumerable<string> Against(Standing standing)
    {
        var records = standing.Records;
        var operations = records.Operations.ToLookup(operation => operation["id"]);
        var settled = records.Settlements.ToLookup(settlement => settlement["number"]);
        foreach (var purchase in records.Purchases)
        {
            var buyer = operations[purchase["operation_id"]].First();
            var (number, many) = (purchase["number"], settled[purchase["number"]].Count());
            if (many > 1 || (many == 0 && Invariants.HasEnded(buyer)))
            {
                yield return $"purchase {number} of {buyer["id"]}, which is {buyer["status"]}, has {many} settlements";
            }

            if (purchase["root_id"] != buyer["root_id"])
            {
                yield return $"purchase {number} of {buyer["id"]} is charged to {purchase["root_id"]}";
            }
        }

        foreach (
            var hold in records.Holds.Where(hold =>
                operations[hold["root_id"]].FirstOrDefault()?.Has("parent_id") != false
            )
        )
        {
            yield return $"{hold["amount"]} is held back for {hold["root_id"]}, which is no root";
        }

        foreach (
            var evidence in records
                .Settlements.GroupBy(each => each["charged_day"])
                .SelectMany(day => Day(day, records))
        )
        {
            yield return evidence;
        }
    }

    /// <summary>Every settlement carries its day's account as it stood with it.</summary>
    private static IEnumerable<string> Day(IGrouping<string, Row> day, Records records)
    {
        var purchases = records.Purchases.ToLookup(purchase => purchase["number"]);
        var (sum, payments) = (0L, 0L);
        var trees = new HashSet<string>();
        // One that cost nothing leaves the sum as it is, so it comes after the one that made it.
        foreach (
            var settlement in day.OrderBy(each => each.Number("settled_in_day"))
                .ThenByDescending(each => each.Number("cost"))
        )
        {
            if (purchases[settlement["number"]].FirstOrDefault() is not { } purchase || purchase["day"] != day.Key)
            {
                yield return $"settlement {settlement["number"]} of {day.Key} is for nothing bought on that day";
                continue;
            }

            var cost = settlement.Number("cost");
            sum += cost;
            if (cost > 0)
            {
                payments++;
                trees.Add(purchase["root_id"]);
            }

            var said = (
                settlement.Number("settled_in_day"),
                settlement.Number("payments_in_day"),
                settlement.Number("trees_in_day")
            );
            if (cost > 0 && said != (sum, payments, trees.Count))
            {
                yield return $"settlement {settlement["number"]} makes (sum, payments, trees) of {day.Key} {said}; they are {(sum, payments, trees.Count)}";
            }
        }
    }
}
