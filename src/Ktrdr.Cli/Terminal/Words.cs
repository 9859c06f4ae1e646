using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Cli;

/// <summary>Facts turned into words that are safe to print.</summary>
internal static class Words
{
    /// <summary>Text from a file, a model or a server on one line, without anything that could steer a terminal.</summary>
    public static string Plain(string? text)
    {
        if (text is null)
        {
            return "";
        }

        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(IsSteering(rune) ? (rune.Value is '\n' or '\t' ? " " : "") : rune.ToString());
        }

        return plain.ToString();
    }

    /// <summary>As <see cref="Plain"/>, with line breaks and tabs kept: for whole documents.</summary>
    public static string Document(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join('\t', line.Split('\t').Select(Plain))));

    /// <summary>A fraction as a percentage with at most one decimal.</summary>
    public static string Percent(double? fraction) =>
        fraction is { } known && double.IsFinite(known)
            ? (known * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%"
            : "not known";

    /// <summary>A number a person compares, with at most four significant decimals.</summary>
    public static string Number(double? number) =>
        number is { } known && double.IsFinite(known)
            ? known.ToString("0.####", CultureInfo.InvariantCulture)
            : "not known";

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Dollars, exact to the billionth: <c>$0.15</c>, with more places only where they are needed; null is unlimited.</summary>
    public static string Dollars(decimal? amount) =>
        amount is { } known ? "$" + known.ToString("0.00#######", CultureInfo.InvariantCulture) : "unlimited";

    /// <summary>Dollars one below the other: as many places in every row as the finest needs, the points in one line.</summary>
    public static string[] DollarColumn(IReadOnlyList<decimal?> amounts)
    {
        var places = amounts.Max(amount => Dollars(amount ?? 0).Split('.')[1].Length);
        var written = amounts
            .Select(amount => amount?.ToString($"$0.{new string('0', places)}", CultureInfo.InvariantCulture) ?? "")
            .ToArray();
        var width = written.Max(amount => amount.Length);
        return [.. written.Select(amount => amount.PadLeft(width))];
    }

    /// <summary>A time span a person feels: <c>0.8 s</c>, <c>2 min 5 s</c>, <c>3 h 12 min</c>.</summary>
    public static string Duration(double seconds) =>
        seconds switch
        {
            < 10 => $"{seconds:0.0} s",
            < 60 => $"{seconds:0} s",
            < 3600 => $"{(int)seconds / 60} min {(int)seconds % 60} s",
            _ => $"{(int)seconds / 3600} h {(int)seconds % 3600 / 60} min",
        };

    /// <summary>A moment in UTC, to the second.</summary>
    public static string Moment(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A number of a flat record, or null when it is absent, null or something else.</summary>
    public static double? NumberIn(JsonObject? record, string key) =>
        record?[key] is JsonValue value && value.GetValueKind() is JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
            : null;

    /// <summary>A text of a flat record, printable, or null when it is absent, null or something else.</summary>
    public static string? TextIn(JsonObject? record, string key) =>
        record?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? Plain(text) : null;

    /// <summary>Whether a flag of a flat record is set.</summary>
    public static bool FlagIn(JsonObject? record, string key) =>
        record?[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static bool IsSteering(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse;
}
