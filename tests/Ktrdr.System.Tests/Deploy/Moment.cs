using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.System.Tests;

/// <summary>How things stood for a Prometheus at a moment.</summary>
/// <param name="api">Where it answers.</param>
/// <param name="at">The moment.</param>
internal sealed class Moment(HttpClient api, DateTimeOffset at)
{
    /// <summary>What an expression came to, series by series.</summary>
    /// <exception cref="InvalidOperationException">It is no expression.</exception>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string expression)
    {
        using var response = await api.PostAsync(
            "api/v1/query",
            new FormUrlEncodedContent([
                KeyValuePair.Create("query", expression),
                KeyValuePair.Create("time", at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
            ])
        );
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        if ((string?)answer["status"] != "success")
        {
            throw new InvalidOperationException($"{expression}: {answer["error"]}");
        }

        return
        [
            .. answer["data"]!["result"]!
                .AsArray()
                .Select(series => new Sample(
                    series!["metric"]!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!),
                    Number((string)series["value"]![1]!)
                )),
        ];
    }

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };
}

/// <summary>What one series came to.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);
