using System.Globalization;

namespace Ktrdr.Loopback;

/// <summary>How an exchange ended, as far as the server knows.</summary>
public enum ExchangeEnd
{
    /// <summary>Not yet.</summary>
    Open,

    /// <summary>With an error, before a message began.</summary>
    Refused,

    /// <summary>With the whole reply handed to the network, its end included.</summary>
    Whole,

    /// <summary>Begun, and not brought to its end.</summary>
    Broken,
}

/// <summary>One line of the bill.</summary>
public sealed record BillEntry
{
    /// <summary>The request's number among those for messages, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>The id in the <c>request-id</c> header.</summary>
    public required string RequestId { get; init; }

    /// <summary>The id of the message, or null where none was to come.</summary>
    public string? MessageId { get; init; }

    /// <summary>The model that was asked for, or null where none was named.</summary>
    public string? Model { get; init; }

    /// <summary>What the reply uses, or null where none was to come.</summary>
    public TokenCounts? Usage { get; init; }

    /// <summary>What the whole reply costs, in nano-dollars.</summary>
    public long Exact { get; init; }

    /// <summary>The most the request could have cost, in nano-dollars.</summary>
    public long Most { get; init; }

    /// <summary>How it ended.</summary>
    public ExchangeEnd End { get; init; }

    /// <summary>What is charged, in nano-dollars: nothing for an error before a message began, the exact usage for a whole
    /// reply, and the most it could have cost where nobody can know.</summary>
    public long Cost => CostWhen(received: true);

    /// <summary>The same for a client of which it is known whether it has read the answer.</summary>
    /// <remarks>The last bytes of an answer are in the network's hands before the client has read them. A client that dies just
    /// then has not got it, and no server can tell: only the client can, by what it has kept. So whoever kills clients asks
    /// the next one which replies it holds, and what was sent and not read counts as broken.</remarks>
    public long CostWhen(bool received) =>
        End switch
        {
            ExchangeEnd.Refused when received => 0,
            ExchangeEnd.Whole when received => Exact,
            _ => Most,
        };
}

/// <summary>What the server charges for the exchanges it had, in whole nano-dollars.</summary>
public sealed class Bill
{
    private readonly Lock _gate = new();
    private readonly List<BillEntry> _entries = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private int _open;

    /// <summary>Every exchange so far, in the order in which they arrived.</summary>
    public IReadOnlyList<BillEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>What all of them cost together, in nano-dollars.</summary>
    public long Total => Entries.Sum(entry => entry.Cost);

    /// <summary>Ends when no exchange is open: a client that went away is noticed a moment later.</summary>
    public Task ClosedAsync()
    {
        lock (_gate)
        {
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiting);
            Close();
            return waiting.Task.WaitAsync(LoopbackServer.Patience);
        }
    }

    /// <summary>The total as people write it.</summary>
    public override string ToString() => Dollars(Total);

    internal static string Dollars(long nano) =>
        "$" + (nano / 1_000_000_000m).ToString("0.00#######", CultureInfo.InvariantCulture);

    internal BillEntry this[int number]
    {
        get
        {
            lock (_gate)
            {
                return _entries[number - 1];
            }
        }
    }

    internal void Open(BillEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            _open++;
        }
    }

    internal void Change(int number, Func<BillEntry, BillEntry> change)
    {
        lock (_gate)
        {
            var (before, after) = (_entries[number - 1], change(_entries[number - 1]));
            _entries[number - 1] = after;
            _open -= before.End == ExchangeEnd.Open && after.End != ExchangeEnd.Open ? 1 : 0;
            Close();
        }
    }

    private void Close()
    {
        if (_open > 0)
        {
            return;
        }

        _waiting.ForEach(waiting => waiting.SetResult());
        _waiting.Clear();
    }
}
