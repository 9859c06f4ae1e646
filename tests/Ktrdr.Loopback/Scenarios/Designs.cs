using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.Loopback;

/// <summary>Strategy documents as a good model would hand them in, no two alike.</summary>
public static class Designs
{
    private sealed record Gauge(string Type, string Parameter, string Output, double Low, double High);

    private static readonly Gauge[] s_gauges =
    [
        new("rsi", "period", "", 0, 100),
        new("williamsr", "period", "", -100, 0),
        new("stochastic", "k_period", ".k", 0, 100),
        new("adx", "period", ".adx", 0, 100),
        new("aroon", "period", ".oscillator", -100, 100),
        new("cci", "period", "", -200, 200),
    ];

    private static readonly string[] s_adjectives =
    [
        "calm",
        "early",
        "late",
        "narrow",
        "patient",
        "sudden",
        "tired",
        "wide",
    ];
    private static readonly string[] s_nouns =
    [
        "dips",
        "drift",
        "pullback",
        "range",
        "reversal",
        "stretch",
        "swing",
        "turn",
    ];

    /// <summary>The design of this number in the series of a seed.</summary>
    /// <param name="seed">Which series.</param>
    /// <param name="number">Which of it, from 1.</param>
    /// <param name="market">What the market is called.</param>
    /// <param name="timeframe">Its timeframe.</param>
    public static JsonObject Of(int seed, int number, string market, string timeframe)
    {
        var chance = new Random(unchecked((seed * 100_003) + number));
        var gauges = s_gauges.ToArray();
        chance.Shuffle(gauges);
        var used = gauges[..2].Select(gauge => (Gauge: gauge, Period: chance.Next(7, 35))).ToList();
        var width = chance.Next(5, 12) / 2.0;
        var name =
            $"{s_adjectives[chance.Next(s_adjectives.Length)]}_{s_nouns[chance.Next(s_nouns.Length)]}_"
            + string.Join('_', used.Select(one => $"{one.Gauge.Type}{one.Period}"));
        return new JsonObject
        {
            ["name"] = name,
            ["version"] = "3.0",
            ["description"] = $"Enters where {used[0].Gauge.Type} and {used[1].Gauge.Type} agree.",
            ["hypothesis"] =
                $"Moves that {used[0].Gauge.Type} calls extreme go on for a while when {used[1].Gauge.Type} agrees.",
            ["training_data"] = new JsonObject
            {
                ["symbols"] = new JsonObject { ["mode"] = "single", ["symbol"] = market },
                ["timeframes"] = new JsonObject { ["mode"] = "single", ["timeframe"] = timeframe },
            },
            ["indicators"] = new JsonObject(
                used.Select(one =>
                    KeyValuePair.Create(
                        Id(one.Gauge, one.Period),
                        (JsonNode?)new JsonObject { ["type"] = one.Gauge.Type, [one.Gauge.Parameter] = one.Period }
                    )
                )
            ),
            ["fuzzy_sets"] = new JsonObject(
                used.Select(one =>
                    KeyValuePair.Create($"{one.Gauge.Type}_zone", (JsonNode?)Zones(one.Gauge, one.Period, chance))
                )
            ),
            ["nn_inputs"] = new JsonArray([
                .. used.Select(one => new JsonObject
                {
                    ["fuzzy_set"] = $"{one.Gauge.Type}_zone",
                    ["timeframes"] = "all",
                }),
            ]),
            ["model"] = new JsonObject
            {
                ["type"] = "mlp",
                ["architecture"] = new JsonObject { ["hidden_layers"] = new JsonArray(chance.Next(8, 17)) },
            },
            ["decisions"] = new JsonObject
            {
                ["output_format"] = "classification",
                ["confidence_threshold"] = 0.4,
                ["allow_short_from_flat"] = true,
            },
            ["training"] = new JsonObject
            {
                ["method"] = "supervised",
                ["labels"] = new JsonObject
                {
                    ["source"] = "triple_barrier",
                    ["pt_multiplier"] = width,
                    ["sl_multiplier"] = width,
                    ["max_holding_period"] = (int)(12 * width * width),
                },
                ["epochs"] = 8,
            },
        };
    }

    /// <summary>The same design with the smallest network, trained once over: for whoever looks at something else.</summary>
    public static JsonObject Small(int seed, int number, string market, string timeframe)
    {
        var design = Of(seed, number, market, timeframe);
        design["model"]!["architecture"]!["hidden_layers"] = new JsonArray(1);
        design["training"]!["epochs"] = 1;
        return design;
    }

    /// <summary>The market and timeframe that a prompt lists first.</summary>
    public static (string Market, string Timeframe) FirstMarket(string prompt)
    {
        var line = Regex.Match(prompt, @"(?m)^- (\S+) (\d+[mhdw]): ");
        return line.Success ? (line.Groups[1].Value, line.Groups[2].Value) : ("market-1", "1h");
    }

    private static string Id(Gauge gauge, int period) =>
        string.Create(CultureInfo.InvariantCulture, $"{gauge.Type}_{period}");

    private static JsonObject Zones(Gauge gauge, int period, Random chance)
    {
        double At(double share) => Math.Round(gauge.Low + ((gauge.High - gauge.Low) * share), 1);
        var middle = 0.5 + (chance.Next(-8, 9) / 100.0);
        return new JsonObject
        {
            ["indicator"] = Id(gauge, period) + gauge.Output,
            ["low"] = new JsonArray(At(0), At(middle - 0.3), At(middle)),
            ["mid"] = new JsonArray(At(middle - 0.25), At(middle), At(middle + 0.25)),
            ["high"] = new JsonArray(At(middle), At(middle + 0.3), At(1)),
        };
    }
}
