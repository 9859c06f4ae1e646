using System.Net;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>What a continuous run is to do.</summary>
/// <param name="Request">What every cycle is asked for; its seed is the first one's.</param>
/// <param name="Cycles">How many at most, or null for no such limit.</param>
/// <param name="Parallel">How many may live at once.</param>
/// <param name="UntilBudget">Whether a day without money for another cycle is what is aimed at.</param>
internal sealed record ContinuousPlan(TriggerRequest Request, int? Cycles, int Parallel, bool UntilBudget)
{
    /// <summary>The request of a cycle, by its number from 0. The largest seed is followed by 0.</summary>
    public TriggerRequest RequestOf(int number) =>
        Request with
        {
            Seed = Request.Seed is { } first ? (int)((first + (long)number) & int.MaxValue) : null,
            Key = Guid.NewGuid().ToString(),
        };
}

/// <summary>Cycle after cycle, each told in one line when it has ended, until the plan is done or nothing more can be started.</summary>
internal sealed class ContinuousRun(Connection connection, Call call, ContinuousPlan plan)
{
    private const string BudgetExhausted = "budget_exhausted";
    private const string Interrupted = "interrupted";
    private const int MostFaultsInARow = 3;
    private const int MostPauses = 8;
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(500);
    private static readonly Task s_never = new TaskCompletionSource().Task;

    private readonly Dictionary<Task<RunCycleView>, string> _live = [];
    private readonly List<RunCycleView> _ended = [];
    private readonly long _began = call.Surroundings.Clock.GetTimestamp();
    private int _started;
    private int _faultsInARow;
    private bool _gaveUp;
    private bool _waited;
    private string? _caveat;
    private KtrdrApiException? _refusal;

    private bool WantsMore => _refusal is null && !_gaveUp && (plan.Cycles is not { } most || _started < most);

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code that it stands for.</returns>
    public async Task<int> ToTheEndAsync(CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await WorkAsync(leaving.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            TellSummary(Interrupted);
            TellLive(connection.AfterInterrupt);
            throw;
        }
        catch (Exception fault)
        {
            TellSummary(Faults.Explain(fault)?.Code ?? "error");
            TellLive(connection.AfterLoss);
            throw;
        }
        finally
        {
            await leaving.CancelAsync();
            await Task.WhenAll(_live.Keys.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_started > 0)
        {
            TellSummary(_refusal?.Problem.Code ?? (_gaveUp ? "faults" : "cycles"));
        }

        return ExitCode();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (WantsMore || _live.Count > 0)
        {
            var full = !WantsMore || _live.Count == plan.Parallel;
            if (!full && await TryStartAsync(cancellationToken))
            {
                continue;
            }

            // Whoever was refused asks again at the next end of its own, and soon in any case: others' may end first.
            var turn = full ? s_never : Task.Delay(s_turn, call.Surroundings.Clock, cancellationToken);
            await Task.WhenAny([.. _live.Keys, turn]);
            cancellationToken.ThrowIfCancellationRequested();
            // Those that can be told come first: one whose outcome could not be learned stays live, and ends the run.
            foreach (
                var ended in _live.Keys.Where(cycle => cycle.IsCompleted).OrderBy(cycle => cycle.IsFaulted).ToList()
            )
            {
                var cycle = await ended;
                _live.Remove(ended);
                Tell(cycle);
            }
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        var request = plan.RequestOf(_started);
        try
        {
            var response = await PatientlyAsync(
                () => connection.Client.TriggerAsync(request, cancellationToken),
                cancellationToken
            );
            _live.Add(FollowAsync(++_started, response.OperationId, cancellationToken), response.OperationId);
            return true;
        }
        catch (KtrdrApiException refusal) when (refusal.Problem.Code == "active_cycle_exists")
        {
            if (!_waited)
            {
                call.Note(
                    $"{refusal.Message}. The next waits its turn; AGENT_MAX_CONCURRENT_RESEARCHES says how many may run at once."
                );
                _waited = true;
            }

            return false;
        }
        catch (KtrdrApiException refusal) when (refusal.Problem.Code == BudgetExhausted && _live.Count > 0)
        {
            return false; // What runs gives back what it does not spend.
        }
        catch (KtrdrApiException refusal)
        {
            _refusal = refusal;
            return false;
        }
    }

    private async Task<RunCycleView> FollowAsync(int number, string operationId, CancellationToken cancellationToken)
    {
        var end = await PatientlyAsync(
            () => connection.Client.WaitAsync(operationId, cancellationToken),
            cancellationToken
        );
        var calls = await PatientlyAsync(
            () => connection.Client.CallsAsync(new CallFilter(Cycle: operationId), cancellationToken),
            cancellationToken
        );
        _caveat ??= new Snapshot(end, []).Caveat;
        return new RunCycleView
        {
            Cycle = number,
            OperationId = operationId,
            Outcome = Exit.Of(end.Status, end.ErrorCode) switch
            {
                Exit.Done => "completed",
                Exit.Stopped => "cancelled",
                Exit.TurnedAway => "turned_away",
                Exit.BudgetExhausted => BudgetExhausted,
                _ => "failed",
            },
            StrategyName = Words.TextIn(end.Metadata, "strategy_name"),
            Verdict = Words.TextIn(end.Metadata, "assessment_verdict"),
            ErrorCode = end.ErrorCode,
            ErrorMessage = end.ErrorMessage,
            Seed = end.Seed,
            Cost = calls.Data.Sum(bought => bought.Settled ?? bought.Reserved),
            Seconds = end.DurationSeconds,
        };
    }

    /// <summary>A server may be started anew, its database be away or its disk be full for a moment: none ends a run of hours.</summary>
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var pauses = 1; ; pauses++)
        {
            try
            {
                return await ask();
            }
            catch (Exception away)
                when (pauses <= MostPauses
                    && away
                        is KtrdrUnreachableException
                            or KtrdrApiException
                            {
                                Status: HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage
                            }
                )
            {
                if (pauses == 1)
                {
                    call.Note($"{Words.Plain(away.Message)} Trying again; what was started is recorded.");
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Min(pauses, 5)), call.Surroundings.Clock, cancellationToken);
        }
    }

    private void Tell(RunCycleView ended)
    {
        _ended.Add(ended);
        call.Answer(ended, json => json.RunCycleView, Line);
        _faultsInARow = ended.Outcome is "failed" or BudgetExhausted ? _faultsInARow + 1 : 0;
        if (_faultsInARow == MostFaultsInARow && !_gaveUp)
        {
            _gaveUp = true;
            call.Note($"{MostFaultsInARow} cycles in a row came to nothing; no more are started.");
        }
    }

    private static IEnumerable<string> Line(RunCycleView ended) =>
        [
            $"{ended.Cycle, 3}  {ended.Outcome.Replace('_', ' '), -11}  {Words.Duration(ended.Seconds ?? 0), 8}  "
                + $"{Words.Dollars(ended.Cost)}  {ended.StrategyName ?? "no strategy"}  "
                + Words.Plain(ended.Verdict ?? ended.ErrorMessage),
        ];

    private void TellLive(Func<string, string> sentence)
    {
        foreach (var operationId in _live.Values)
        {
            call.Note(sentence(operationId));
        }
    }

    private void TellSummary(string endedBy)
    {
        var summary = new RunSummaryView
        {
            Cycles = _ended.Count,
            Outcomes = _ended.GroupBy(cycle => cycle.Outcome).ToDictionary(same => same.Key, same => same.Count()),
            Cost = _ended.Sum(cycle => cycle.Cost),
            Seconds = call.Surroundings.Clock.GetElapsedTime(_began).TotalSeconds,
            EndedBy = endedBy,
        };
        call.Answer(summary, json => json.RunSummaryView, Sentences);
    }

    private IEnumerable<string> Sentences(RunSummaryView summary)
    {
        yield return "";
        if (_caveat is not null)
        {
            yield return _caveat;
        }

        var ways = summary.Outcomes.Select(way => $"{way.Value} {way.Key.Replace('_', ' ')}");
        yield return $"{summary.Cycles} {(summary.Cycles == 1 ? "cycle" : "cycles")} in {Words.Duration(summary.Seconds)} for "
            + $"{Words.Dollars(summary.Cost)}{(summary.Cycles == 0 ? "" : ": ")}{string.Join(", ", ways)}.";
        if (summary.EndedBy == BudgetExhausted)
        {
            yield return $"The day's budget leaves too little for another. {Words.Plain(_refusal?.Message)}";
        }
    }

    private int ExitCode()
    {
        if (_refusal is { } refusal && !(refusal.Problem.Code == BudgetExhausted && plan.UntilBudget && _started > 0))
        {
            throw refusal;
        }

        var paid = plan.UntilBudget && (Any("completed") || Any("turned_away"));
        return Any("failed") ? Exit.Fault
            : Any("cancelled") ? Exit.Stopped
            : Any(BudgetExhausted) && !paid ? Exit.BudgetExhausted
            : Exit.Done;
    }

    private bool Any(string outcome) => _ended.Any(cycle => cycle.Outcome == outcome);
}
