using System.Net.Sockets;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server;

/// <summary>Whether somebody listens where telemetry is to go. Connects, and sends nothing.</summary>
/// <param name="patience">How long it may take to be reached.</param>
internal sealed class TelemetryCheck(TimeSpan patience)
{
    private const string What = "telemetry";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The finding for the collector that is configured, if any.</summary>
    public async Task<Finding> OfAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        if (settings[Endpoint]?.Trim() is not { Length: > 0 } endpoint)
        {
            return Finding.Ok(What, $"none wanted ({Endpoint} is unset)");
        }

        // Never the whole address: it may carry a password.
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Finding.Warning(
                What,
                $"{Endpoint} is no address",
                "Nothing can be sent there.",
                "Use an address such as http://localhost:4317, or unset it."
            );
        }

        var collector = url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        return await ListensAsync(url, cancellationToken)
            ? Finding.Ok(What, $"a collector listens at {collector}")
            : Finding.Warning(
                What,
                $"nobody listens at {collector} within {patience.TotalSeconds:0} s",
                "Traces and metrics would be lost. The work itself goes on.",
                $"Start the collector, correct {Endpoint}, or unset it."
            );
    }

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
