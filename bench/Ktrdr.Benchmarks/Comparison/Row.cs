using System.Text.Json.Serialization;

namespace Ktrdr.Benchmarks;

/// <summary>On which side of its target a figure should lie.</summary>
internal enum Bound
{
    /// <summary>There is no target; the figure explains another.</summary>
    None,

    /// <summary>At least the target.</summary>
    AtLeast,

    /// <summary>At most the target.</summary>
    AtMost,
}

/// <summary>One measured figure beside the one to reach.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Figure">The median; null when it was skipped.</param>
/// <param name="Unit">Its unit, such as <c>×</c>.</param>
/// <param name="Bound">How figure and target compare.</param>
/// <param name="Target">The figure to reach.</param>
/// <param name="Low">The smallest measured.</param>
/// <param name="High">The largest measured.</param>
/// <param name="InstructionSet">What computed it; null where it does not matter.</param>
/// <param name="Note">What a reader should know, or why it was skipped.</param>
internal sealed record Row(
    string What,
    double? Figure,
    string Unit,
    Bound Bound,
    double? Target,
    double? Low,
    double? High,
    string? InstructionSet,
    string? Note
)
{
    /// <summary>Whether the target was reached; null where there is none, or nothing was measured.</summary>
    [JsonPropertyName("reached")]
    public bool? Reached =>
        (Bound, Figure) switch
        {
            (Bound.AtLeast, { } figure) => figure >= Target,
            (Bound.AtMost, { } figure) => figure <= Target,
            _ => null,
        };

    /// <summary>A figure that should be at least the target.</summary>
    public static Row AtLeast(string what, double target, Samples samples, string unit, string? set, string? note) =>
        new(what, samples.Median, unit, Bound.AtLeast, target, samples.Low, samples.High, set, note);

    /// <summary>A figure that should be at most the target.</summary>
    public static Row AtMost(string what, double target, Samples samples, string unit, string? set, string? note) =>
        new(what, samples.Median, unit, Bound.AtMost, target, samples.Low, samples.High, set, note);

    /// <summary>A figure that explains another.</summary>
    public static Row Told(string what, Samples samples, string unit, string? set, string? note) =>
        new(what, samples.Median, unit, Bound.None, null, samples.Low, samples.High, set, note);

    /// <summary>A row that could not be measured here.</summary>
    public static Row Skipped(string what, string why) =>
        new(what, null, "", Bound.None, null, null, null, null, $"skipped: {why}");
}
