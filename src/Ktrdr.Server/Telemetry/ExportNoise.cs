using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;

namespace Ktrdr.Server;

/// <summary>Keeps out what is no story of its own: a statement or a request that belongs to nothing anybody asked for, such as a look
/// at the records every few seconds, and whatever is below what was hidden.</summary>
internal sealed class ExportNoise : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnStart(Activity data)
    {
        // What is above it decides, also where the sampler takes everything and does not ask.
        var isBelowHidden = data.Parent is { Recorded: false };
        if (isBelowHidden || (data.Kind == ActivityKind.Client && data.ParentSpanId == default))
        {
            Probes.Hide(data);
        }
    }
}

/// <summary>Questions that are asked every few seconds, by whoever watches over this process.</summary>
internal static class Probes
{
    private static readonly string[] s_paths = ["/health", "/metrics"];

    /// <summary>Leaves them, and whatever they cause, out of all traces.</summary>
    public static void HideProbes(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                if (
                    Activity.Current is { } request
                    && s_paths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
                )
                {
                    Hide(request);
                }

                return next(context);
            }
        );

    /// <summary>Leaves a span, and whatever is below it, out of its trace.</summary>
    public static void Hide(Activity span)
    {
        span.IsAllDataRequested = false;
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
