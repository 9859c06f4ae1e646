using Microsoft.Extensions.Hosting;

namespace Ktrdr.Server;

/// <summary>Looks every few seconds, where figures are sent to somebody rather than asked for.</summary>
internal sealed class RegularLooks(Looks looks, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // What ended since the last look is part of what is sent at the end.
        await looks.LookAsync(s_lastPatience, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            await looks.LookAsync(s_interval, stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
