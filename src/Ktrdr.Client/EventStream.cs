using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ktrdr.Client;

/// <summary>The history of one operation as the server sends it, through lost connections and restarts.</summary>
internal sealed class EventStream(KtrdrClient client, HttpClient http, string operationId)
{
    private static readonly TimeSpan BetweenReconnects = TimeSpan.FromMilliseconds(250);
    private const int MostReconnects = 20;

    /// <summary>Every line after a number, each once, until the operation has ended.</summary>
    public async IAsyncEnumerable<EventView> ReadAsync(
        long after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var ended = false;
        for (var failures = 0; ; failures++)
        {
            var seen = 0;
            Exception? broken;
            await using (var connection = ConnectAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken))
            {
                while (true)
                {
                    (var line, broken) = await NextAsync(connection);
                    if (line is null)
                    {
                        break;
                    }

                    (after, failures, seen) = (line.Number, 0, seen + 1);
                    ended |= line.IsTerminal;
                    yield return line;
                }
            }

            if (broken is null)
            {
                // An orderly end after the last line, or without a word because what was asked for lies behind it.
                // Any other orderly end is a server that was stopped and may come back.
                if (ended || (seen == 0 && (await client.GetOperationAsync(operationId, cancellationToken)).IsTerminal))
                {
                    yield break;
                }
            }
            else if (failures >= MostReconnects || (after == 0 && seen == 0))
            {
                throw new KtrdrUnreachableException(client.Server, broken);
            }

            await Task.Delay(BetweenReconnects, cancellationToken);
        }
    }

    /// <summary>The lines of one connection.</summary>
    private async IAsyncEnumerable<EventView> ConnectAsync(
        long after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            KtrdrClient.Api + "operations/" + KtrdrClient.Segment(operationId) + "/events"
        );
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (after > 0)
        {
            request.Headers.Add("Last-Event-ID", after.ToString());
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await KtrdrClient.ThrowIfRefusedAsync(response, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(
            body,
            (_, bytes) =>
                JsonSerializer.Deserialize(bytes, ClientJson.Default.EventView)
                ?? throw new IOException("an empty event")
        );
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            yield return item.Data;
        }
    }

    /// <summary>The next line, or what broke the connection; neither at an orderly end.</summary>
    private static async Task<(EventView? Line, Exception? Broken)> NextAsync(IAsyncEnumerator<EventView> connection)
    {
        try
        {
            return (await connection.MoveNextAsync() ? connection.Current : null, null);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (null, broken);
        }
    }
}
