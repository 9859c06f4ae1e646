using System.Text.RegularExpressions;
using Ktrdr.Loopback;
using Ktrdr.Operations;

namespace Ktrdr.Measures;

/// <summary>The ledger of the client held against the bill of the server, entry by entry.</summary>
/// <remarks>
/// <para>Two moments of a death cannot be seen from the server, and are settled by the rule that what nobody knows costs the most it
/// could. An answer may have been sent to its last byte and not been read: a reply counts as received only when the client,
/// in this life or the next, said that it holds it, and a refusal only when neither a kill nor the client's own time-out came
/// before its next step. And money may have been held back for a request that never arrived because of a kill: the client cannot know
/// that, so the bill has an entry for it, at the most that the server reckons for that request.</para>
/// </remarks>
internal sealed record Reconciliation
{
    public required int Exchanges { get; init; }

    public required int Requests { get; init; }

    public required int Kills { get; init; }

    /// <summary>Requests that died with the client on their way to the server.</summary>
    public required int NeverArrived { get; init; }

    public required long Billed { get; init; }

    public required long Charged { get; init; }

    public required int BoughtTwice { get; init; }

    public required IReadOnlyList<string> Differences { get; init; }

    public bool Reached => Differences.Count == 0 && Billed == Charged && BoughtTwice == 0;

    public override string ToString() =>
        $"{Exchanges:#,0} random exchanges, {Requests:#,0} requests, {Kills} kills, {NeverArrived} requests lost on their way: "
        + $"bill {Bill.Dollars(Billed)}, ledger {Bill.Dollars(Charged)}, difference {Math.Abs(Billed - Charged)} nano-dollars, "
        + $"{BoughtTwice} bought twice{(Reached ? "" : $"  MISSED, {Differences.Count} entries differ")}";

    public static Reconciliation Of(
        LoopbackServer server,
        IReadOnlyList<Payment> ledger,
        BuyersWord word,
        ExchangePlan plan,
        int orders,
        IReadOnlyList<DateTimeOffset> kills
    )
    {
        var requests = server.Messages.Zip(server.Bill.Entries).ToLookup(pair => Key(pair.First), pair => pair.Second);
        var payments = ledger.Reverse().ToLookup(payment => (word.Orders[payment.OperationId], ExchangeOf(payment)));
        var differences = new List<string>();
        long billed = 0;
        var (lost, twice) = (0, 0);
        foreach (var key in requests.Select(group => group.Key).Union(payments.Select(group => group.Key)))
        {
            var entries = new Queue<BillEntry>(requests[key]);
            var held = word.Held.GetValueOrDefault(key, []);
            var paid = payments[key].ToList();
            foreach (var (at, payment) in paid.Index())
            {
                var until = at + 1 < paid.Count ? paid[at + 1].ReservedAt : DateTimeOffset.MaxValue;
                var died =
                    payment.Outcome == "unknown"
                    && payment.Usage.Count == 0
                    && kills.Any(kill => payment.ReservedAt <= kill && kill < until);
                long cost;
                BillEntry? arrived = null;
                if (entries.TryPeek(out var entry) && entry.ArrivedAt < until)
                {
                    arrived = entries.Dequeue();
                    cost = entry.CostWhen(
                        entry.End == ExchangeEnd.Refused
                            ? !died && !GaveUp(payment)
                            : entry.MessageId is { } id && held.Contains(id)
                    );
                }
                else if (died)
                {
                    cost = server.MostFor(Unsent(plan, key), payment.ReservedAt);
                    lost++;
                }
                else
                {
                    cost = 0; // nothing was sent, and nobody died: nothing is owed
                }

                billed += cost;
                if (payment.Settled?.Nano != cost)
                {
                    differences.Add(
                        $"{key} {payment.Key}: billed {cost} (request {arrived?.Number}, {arrived?.End}), charged {payment.Settled?.Nano} "
                            + $"({payment.Outcome}, {payment.About.ToJsonString()}, {payment.Usage.ToJsonString()})"
                    );
                }
            }

            differences.AddRange(
                entries.Select(entry => $"{key}: request {entry.Number} is on the bill and not in the ledger")
            );
            billed += entries.Sum(entry => entry.Cost);
            twice += BoughtAgain([.. requests[key]], held);
        }

        return new Reconciliation
        {
            Exchanges = orders * ExchangePlan.Each,
            Requests = server.Messages.Count,
            Kills = kills.Count,
            NeverArrived = lost,
            Billed = billed,
            Charged = ledger.Sum(payment => (payment.Settled ?? Money.Zero).Nano),
            BoughtTwice = twice,
            Differences = differences,
        };
    }

    private static bool GaveUp(Payment payment) =>
        Regex.IsMatch((string?)payment.Usage["error"] ?? "", @"\((never_began|stalled|timed_out)\)$");

    // Every request after the one whose reply is held was one too many.
    private static int BoughtAgain(List<BillEntry> entries, HashSet<string> held) =>
        entries.FindIndex(entry => entry.MessageId is { } id && held.Contains(id)) is >= 0 and var first
            ? entries.Count - first - 1
            : 0;

    private static ReceivedRequest Unsent(ExchangePlan plan, (int Order, int Exchange) key)
    {
        var body = plan.Request(key.Order, key.Exchange);
        body["stream"] = true;
        return new ReceivedRequest
        {
            Number = 0,
            Path = MessagesEndpoint.Messages,
            Headers = new Dictionary<string, string>(),
            Text = body.ToJsonString(Reply.Plain), // as the package writes it
            Body = body,
        };
    }

    private static (int Order, int Exchange) Key(ReceivedRequest request)
    {
        var mark = Regex.Match((string)request.Body["messages"]![0]!["content"]!, @"^Order (\d+), exchange-(\d+)\.");
        return (int.Parse(mark.Groups[1].Value), int.Parse(mark.Groups[2].Value));
    }

    private static int ExchangeOf(Payment payment) =>
        int.Parse(Regex.Match(payment.Key, @"^exchange-(\d+)/").Groups[1].Value);
}
