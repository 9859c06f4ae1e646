using System.Net.Sockets;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server;

/// <summary>Whether somebody listens where telemetry is to go. Connects, and sends nothing.</summary>
/// <param name="patience">How long it may take to be reached.</param>
internal sealed class TelemetryCheck(TimeSpan patience)
{
    private const string What = "telemetry";

    /// <summary>The finding for the collector that is configured, if any.</summary>
    public async Task<Finding> OfAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        Uri[] targets;
        try
        {
            targets =
            [
                .. new[] { ExportTarget.Traces(settings), ExportTarget.Metrics(settings) }
                    .OfType<ExportTarget>()
                    .Select(target => target.Url)
                    .DistinctBy(Collector),
            ];
        }
        catch (FormatException wrong)
        {
            return Finding.Warning(
                What,
                wrong.Message,
                "Nothing is sent.",
                $"Use an address such as http://localhost:4317 for {ExportTarget.Endpoint}, grpc or http/protobuf for the "
                    + "protocol, and name=value for headers; or unset them."
            );
        }

        foreach (var target in targets)
        {
            if (!await ListensAsync(target, cancellationToken))
            {
                return Finding.Warning(
                    What,
                    $"nobody listens at {Collector(target)} within {patience.TotalSeconds:0} s",
                    "Traces and metrics would be lost. The work itself goes on.",
                    $"Start the collector, correct {ExportTarget.Endpoint}, or unset it."
                );
            }
        }

        return Finding.Ok(
            What,
            targets.Length == 0
                ? $"none wanted ({ExportTarget.Endpoint} is unset, or telemetry switched off)"
                : $"a collector listens at {string.Join(" and ", targets.Select(Collector))}"
        );
    }

    // Never the whole address: it may carry a password.
    private static string Collector(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private async Task<bool> ListensAsync(Uri url, CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        hurry.CancelAfter(patience);
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(url.Host, url.Port, hurry.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
