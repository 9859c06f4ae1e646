namespace Ktrdr.Research;

/// <summary>One figure held against its bound.</summary>
/// <param name="Name">What was measured, such as <c>accuracy</c>.</param>
/// <param name="Value">The figure; NaN when it is missing.</param>
/// <param name="Bound">What it is held against.</param>
/// <param name="AtLeast">Whether the figure must reach the bound rather than stay below it. The bound itself passes.</param>
/// <param name="Passed">Whether it passed; NaN never does.</param>
/// <param name="Reason">The contract's words for a failure, empty when it passed.</param>
public sealed record Check(string Name, double Value, double Bound, bool AtLeast, bool Passed, string Reason);

/// <summary>What a gate said, with every check it made, passed or not.</summary>
/// <param name="Gate"><c>training</c> or <c>backtest</c>.</param>
/// <param name="Checks">All of them, in order.</param>
public sealed record Verdict(string Gate, IReadOnlyList<Check> Checks)
{
    /// <summary>Whether every check passed.</summary>
    public bool Passed => Checks.All(check => check.Passed);

    /// <summary><c>passed</c>, or the reasons joined by <c>; </c>.</summary>
    public string Reason => Passed ? "passed" : string.Join("; ", ReasonsOf([this]));

    /// <summary>Everything that did not pass, each once, in the contract's words.</summary>
    internal static IReadOnlyList<string> ReasonsOf(IEnumerable<Verdict> verdicts) =>
        [
            .. verdicts
                .SelectMany(verdict => verdict.Checks)
                .Where(check => !check.Passed)
                .Select(check => check.Reason)
                .Distinct(StringComparer.Ordinal),
        ];
}
