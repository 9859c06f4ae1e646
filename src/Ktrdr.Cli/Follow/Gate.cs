using System.Globalization;
using System.Text.Json.Nodes;

namespace Ktrdr.Cli;

/// <summary>What a gate recorded in a cycle's metadata.</summary>
/// <param name="Name"><c>training</c> or <c>backtest</c>.</param>
/// <param name="Result"><c>pass</c>, <c>fail</c> or <c>bypassed</c>.</param>
/// <param name="Reason"><c>passed</c>, or the contract's words for what failed.</param>
/// <param name="Checks">Every figure with its bound.</param>
internal sealed record Gate(string Name, string Result, string Reason, IReadOnlyList<GateFigure> Checks)
{
    /// <summary>Whether the cycle went on because of it or in spite of it.</summary>
    public bool LetsThrough => Result is "pass" or "bypassed";

    /// <summary>One sentence.</summary>
    public string Sentence =>
        Result switch
        {
            "pass" => $"{Name} gate passed",
            "bypassed" => $"{Name} gate bypassed ({Reason})",
            _ => $"{Name} gate failed: {Reason}",
        };

    /// <summary>Reads a gate's record, or null when there is none.</summary>
    public static Gate? In(JsonObject metadata, string key) =>
        metadata[key] is JsonObject gate
            ? new Gate(
                Words.TextIn(gate, "gate") ?? key,
                Words.TextIn(gate, "result") ?? "",
                Words.TextIn(gate, "reason") ?? "",
                [.. (gate["checks"] as JsonArray ?? []).OfType<JsonObject>().Select(GateFigure.Of)]
            )
            : null;
}

/// <summary>One figure a gate held against its bound.</summary>
internal sealed record GateFigure(string Name, double? Value, double? Bound, bool AtLeast, bool Passed)
{
    /// <summary>Reads a check's record.</summary>
    public static GateFigure Of(JsonObject check) =>
        new(
            Words.TextIn(check, "name") ?? "",
            Words.NumberIn(check, "value"),
            Words.NumberIn(check, "bound"),
            Words.FlagIn(check, "at_least"),
            Words.FlagIn(check, "passed")
        );

    /// <summary>The figure and its bound: <c>accuracy 52.3% ≥ 45%</c>. The sign is the rule, whether or not it holds.</summary>
    public string Comparison
    {
        get
        {
            var written = (Value: Write(Value, 1), Bound: Write(Bound, 1));
            // A figure just beside its bound shows enough digits to tell them apart.
            for (var digits = 2; Value != Bound && written.Value == written.Bound && digits < 15; digits++)
            {
                written = (Write(Value, digits), Write(Bound, digits));
            }

            return $"{Name.Replace('_', ' ')} {written.Value} {(AtLeast ? '≥' : '≤')} {written.Bound}";
        }
    }

    private string Write(double? number, int digits)
    {
        if (number is not { } known || !double.IsFinite(known))
        {
            return "missing";
        }

        return Name is "accuracy" or "loss_decrease" or "win_rate" or "drawdown"
            ? (known * 100).ToString("0." + new string('#', digits), CultureInfo.InvariantCulture) + "%"
            : known.ToString("0." + new string('#', digits + 2), CultureInfo.InvariantCulture);
    }
}
