using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Server;

/// <summary>Looks at the store for whoever wants figures: totals are brought up to date, and how things stand is read in one
/// moment.</summary>
/// <remarks>There is one look at a time, and whoever asks meanwhile waits for that one. A store that does not answer in time, or not
/// at all, leaves this process's own figures as they are and <see cref="Latest"/> empty.</remarks>
internal sealed class Looks(
    IOperationFigures figures,
    RecordedTotals totals,
    ResearchOptions research,
    TimeProvider time,
    ILogger<Looks> log
)
{
    private const string PhaseFact = "phase";
    private readonly Lock _turn = new();
    private Task<Standing?> _underWay = Task.FromResult<Standing?>(null);
    private bool _failing;

    /// <summary>How things stood at the last look; null where that did not succeed.</summary>
    public Standing? Latest { get; private set; }

    /// <summary>Looks, or joins the look that is under way.</summary>
    /// <param name="patience">How long the store may take.</param>
    /// <param name="cancellationToken">Waits no longer; the look goes on for others.</param>
    public async Task LookAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            Latest = await UnderWay().WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Latest = null;
        }
    }

    private Task<Standing?> UnderWay()
    {
        lock (_turn)
        {
            return _underWay.IsCompleted ? _underWay = Task.Run(ReadAsync) : _underWay;
        }
    }

    // For all who wait, and so without the token of any of them.
    private async Task<Standing?> ReadAsync()
    {
        try
        {
            await totals.CatchUpAsync(CancellationToken.None);
            var limit = research.DailyBudget is { } dollars ? Money.FromDollars(dollars) : (Money?)null;
            var standing = await figures.StandingAsync(limit, PhaseFact, CancellationToken.None);
            _failing = false;
            return standing;
        }
        catch (Exception failure)
        {
            // Whatever it is, figures must not hurt what they are about. It is said once for as long as it lasts.
            if (!_failing)
            {
                log.LookFailed(failure);
            }

            _failing = true;
            return null;
        }
    }
}

internal static partial class LooksLog
{
    [LoggerMessage(
        341,
        LogLevel.Warning,
        "The store could not be read for metrics; they show this process alone for now",
        EventName = "look_for_metrics_failed"
    )]
    public static partial void LookFailed(this ILogger logger, Exception failure);
}
