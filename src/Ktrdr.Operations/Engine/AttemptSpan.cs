using System.Data.Common;
using System.Diagnostics;

namespace Ktrdr.Operations;

/// <summary>The span of one attempt: what a trace shows of an operation, as long as its record says it took.</summary>
/// <remarks>The context of the first attempt's span is kept with the operation, so every later one, in whatever process, is in
/// the same trace, below the first and linked to it.</remarks>
internal sealed class AttemptSpan : IDisposable
{
    private readonly Activity _activity;
    private string _outcome = "lost";

    private AttemptSpan(Activity activity) => _activity = activity;

    /// <summary>The context to keep with the operation.</summary>
    public string? Context => _activity.Id;

    /// <summary>Begins the span of a claimed operation, or returns null when nobody listens.</summary>
    /// <param name="operation">The operation under its new attempt.</param>
    /// <param name="name">The span's name.</param>
    public static AttemptSpan? Begin(Operation operation, string name)
    {
        if (Tracing.Begin(name, operation.TraceParent) is not { } activity)
        {
            return null;
        }

        activity.SetTag("operation.id", operation.Id);
        activity.SetTag("operation.type", operation.Type);
        activity.SetTag("operation.attempt", operation.Attempt);
        if (operation is { Attempt: 1, StartedAt: { } started })
        {
            activity.SetStartTime(started.UtcDateTime);
        }

        var span = new AttemptSpan(activity);
        if (operation.Attempt > 1)
        {
            span.LinkTo(operation.TraceParent);
        }

        return span;
    }

    /// <summary>Points to the trace of the operation that this one goes on from, if it resumes one. A trace that cannot be read is a
    /// link less, and no reason to give work up.</summary>
    public void LinkToEarlier(Operation operation, OperationStore store)
    {
        try
        {
            LinkTo(operation.Resumes is { } earlier ? store.Find(earlier)?.TraceParent : null);
        }
        catch (DbException)
        {
            // What went wrong shows soon enough, in a write that matters.
        }
    }

    private void LinkTo(string? context)
    {
        if (ActivityContext.TryParse(context, traceState: null, isRemote: true, out var earlier))
        {
            _activity.AddLink(new ActivityLink(earlier));
        }
    }

    /// <summary>Makes it the span that whatever is done next belongs to.</summary>
    public void Enter() => Activity.Current = _activity;

    /// <summary>The attempt brought its operation to an end.</summary>
    public void Ended(Operation operation)
    {
        // Its worker may have had a better word than 'failed', say that the idea was refused; then nothing is broken.
        var chosen = operation.Status == OperationStatus.Failed ? _activity.GetTagItem("outcome") as string : null;
        _outcome = chosen ?? StoredOperation.Text(operation.Status);
        if (chosen is null && operation is { Status: OperationStatus.Failed, Error: { } error })
        {
            // The code and no more: a message may quote what nobody wants in a trace.
            _activity.SetTag("error.type", error.Code);
            _activity.SetStatus(ActivityStatusCode.Error, error.Code);
        }

        if (operation.CompletedAt is { } completed)
        {
            _activity.SetEndTime(completed.UtcDateTime);
        }
    }

    /// <summary>The attempt gave its operation back, for another one.</summary>
    public void HandedBack() => _outcome = "handed_back";

    /// <summary>Takes it back: the claim it began with was not written, so there is no such attempt.</summary>
    public void Forget()
    {
        _activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        _activity.IsAllDataRequested = false;
    }

    /// <summary>Ends it. One that has said nothing was overtaken, or could not write its outcome.</summary>
    public void Dispose()
    {
        _activity.SetTag("outcome", _outcome);
        if (_outcome == "lost")
        {
            _activity.SetTag("error.type", _outcome);
            _activity.SetStatus(ActivityStatusCode.Error, _outcome);
        }

        _activity.Dispose();
    }
}
