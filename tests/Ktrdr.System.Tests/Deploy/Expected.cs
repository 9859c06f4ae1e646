namespace Ktrdr.System.Tests;

/// <summary>What a panel must show: a number, or a stretch that it lies in, beside each of its words.</summary>
internal sealed record Expected
{
    private readonly Dictionary<string, (double Least, double Most)> _lines = [];

    /// <summary>What stands beside any other words; null where there are none.</summary>
    public double? Others { get; init; }

    /// <summary>A number, as exact as numbers are that were added up in another order.</summary>
    public Expected And(string words, double number)
    {
        var slack = 1e-9 * Math.Max(1, Math.Abs(number));
        return Between(words, number - slack, number + slack);
    }

    /// <summary>A number between two others, both included.</summary>
    public Expected Between(string words, double least, double most)
    {
        _lines.Add(words, (least, most));
        return this;
    }

    /// <summary>Everything that is wrong with what a panel shows; nothing when it is right.</summary>
    public IReadOnlyList<string> Complaints(IReadOnlyDictionary<string, double> shown) =>
        [
            .. _lines.Keys.Except(shown.Keys).Select(words => $"Nothing is shown beside '{words}'."),
            .. shown
                .Where(one => double.IsNaN(one.Value))
                .Select(one => $"Beside '{one.Key}' stands what is not a number."),
            .. from one in shown
            where
                _lines.TryGetValue(one.Key, out var expected)
                && !(one.Value >= expected.Least && one.Value <= expected.Most)
            let expected = _lines[one.Key]
            select $"'{one.Key}' is {one.Value:R}, not {Told(expected.Least, expected.Most)}.",
            .. from one in shown
            where !_lines.ContainsKey(one.Key) && one.Value != Others
            select $"'{one.Key}' is {one.Value:R}, and was not expected at all.",
        ];

    private static string Told(double least, double most) =>
        most - least <= 1e-6 ? $"{(least + most) / 2:R}" : $"between {least:R} and {most:R}";
}
