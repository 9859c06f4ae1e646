using System.Diagnostics;
using Ktrdr.Loopback;
using Ktrdr.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Ktrdr.Measures;

/// <summary>The server that <see cref="Secrets"/> starts and kills: it logs everything there is to log, and tells its traces too.
/// Settings come from its environment, as for ktrdr.</summary>
internal static class TracedServer
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var home = Arguments.Read(arguments, "home").Text("home", "");
        using var traces = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Tell,
        };
        ActivitySource.AddActivityListener(traces);
        var app = ServerHost.Build(
            new ServerOptions { Home = home, Port = 0 },
            builder =>
            {
                builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
                {
                    filter.MinLevel = LogLevel.Trace;
                    filter.Rules.Clear();
                });
                builder.Services.PostConfigure<SimpleConsoleFormatterOptions>(console => console.IncludeScopes = true);
            }
        );
        Console.WriteLine(await ServerHost.StartAsync(app, CancellationToken.None));
        await ServerHost.WaitForShutdownAsync(app, CancellationToken.None);
        return 0;
    }

    private static void Tell(Activity activity)
    {
        var told = activity
            .TagObjects.Concat(activity.Events.SelectMany(each => each.Tags))
            .Concat(activity.Baggage.Select(item => KeyValuePair.Create(item.Key, (object?)item.Value)))
            .Select(tag => $"{tag.Key}={tag.Value}");
        Console.WriteLine(
            $"trace {activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', told)}"
        );
    }
}
