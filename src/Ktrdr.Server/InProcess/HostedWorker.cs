using System.Net;
using Ktrdr.Archive;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Server;

/// <summary>A process that works for whoever records operations in the same database, and serves nobody itself.</summary>
public sealed class HostedWorker : IAsyncDisposable
{
    private readonly IHost _host;

    private HostedWorker(IHost host)
    {
        _host = host;
        var options = host.Services.GetRequiredService<OperationsOptions>();
        Node = options.Node;
        Roles = [.. OperationsSettings.Roles.Where(role => options.Capacities[role] > 0)];
    }

    /// <summary>Its name in the records.</summary>
    public string Node { get; }

    /// <summary>What it does.</summary>
    public IReadOnlyList<string> Roles { get; }

    /// <summary>Takes hold of a home, joins the others, and goes to work.</summary>
    /// <param name="home">The folder; made if need be.</param>
    /// <param name="roles">What it does: some of the roles, with commas between; null for what the setting says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HomeHeldException">Another process holds the home.</exception>
    /// <exception cref="Client.KtrdrApiException">A setting makes no sense; the message names it.</exception>
    public static async Task<HostedWorker> StartAsync(string home, string? roles, CancellationToken cancellationToken)
    {
        var host = Settings.Explained(() => Build(new HomeFolder(home), roles));
        try
        {
            await host.StartAsync(cancellationToken);
            return new HostedWorker(host);
        }
        catch
        {
            await HomeServices.EndAsync(host);
            throw;
        }
    }

    /// <summary>Waits until the process is told to stop or the token is cancelled, and stops.</summary>
    public Task UntilStoppedAsync(CancellationToken cancellationToken) =>
        HomeServices.WaitForShutdownAsync(_host, cancellationToken);

    /// <summary>Stops: work that has not ended hands itself back, and the others go on with it.</summary>
    public async ValueTask DisposeAsync() => await HomeServices.EndAsync(_host);

    private static IHost Build(HomeFolder home, string? roles)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.AddEnvironmentVariables();
        if (string.IsNullOrWhiteSpace(builder.Configuration[OperationsSettings.Database]))
        {
            throw ProblemResult
                .Of(
                    HttpStatusCode.UnprocessableEntity,
                    "no_shared_database",
                    $"A worker works for servers that record their operations in the same database, and {OperationsSettings.Database} "
                        + "names none.",
                    $"Set {OperationsSettings.Database}=postgres://user:password@host:5432/database here and for the server; "
                        + "'ktrdr serve' alone works on a home of its own."
                )
                .AsException();
        }

        var hold = HomeServices.Hold(home, asWorker: true);
        try
        {
            home.Prepare();
            HomeServices.LogBeside(builder.Logging, builder.Configuration);
            builder.Services.AddHome(home, hold, builder.Configuration, roles);
            var host = builder.Build();
            HomeServices.Open(host.Services);
            return host;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }
}
