using System.Globalization;
using System.Text.RegularExpressions;

namespace Ktrdr.Core;

/// <summary>One value of a document with its path. Reading it wrongly is recorded, never thrown: all errors come at once.</summary>
internal sealed class Value(string path, DocumentNode node, Findings findings)
{
    private const int LongestText = 4_000;

    private static readonly Regex Decimal = new(
        @"\A[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1)
    );

    public string Path { get; } = path;

    public DocumentNode Node { get; } = node;

    public bool IsNull => Node is DocumentNode.Scalar { IsNull: true };

    public string PathOf(string key)
    {
        var shown = key.Length <= 40 && key.All(letter => !char.IsControl(letter)) ? key : Quote.Of(key);
        return Path.Length == 0 ? shown : $"{Path}.{shown}";
    }

    public override string ToString() => Quote.Of(Node);

    public void Refuse(string message) => findings.Error(Path.Length == 0 ? "document" : Path, Node.Line, message);

    public void Warn(string message) => findings.Warnings.Add($"{Path}: {message}");

    public void Missing(string key, string example)
    {
        // What is no mapping at all was refused as such; that its keys are missing would only be noise.
        if (Node is DocumentNode.Mapping)
        {
            findings.Error(PathOf(key), Node.Line, $"missing; write for example '{key}: {example}'");
        }
    }

    /// <summary>A text, quoted or not.</summary>
    public string? Text()
    {
        if (Node is not DocumentNode.Scalar { IsNull: false } scalar)
        {
            Refuse($"{this} is not a text");
            return null;
        }

        if (scalar.Text.Length > LongestText)
        {
            Refuse($"the text has {scalar.Text.Length} characters; at most {LongestText} are kept");
            return null;
        }

        if (scalar.Text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t')))
        {
            Refuse($"{this} has control characters; take them out");
            return null;
        }

        return scalar.Text;
    }

    /// <summary>A finite number within bounds.</summary>
    public double? Number(Bounds bounds)
    {
        if (
            Node is not DocumentNode.Scalar { Quoted: false } scalar
            || !Decimal.IsMatch(scalar.Text)
            || !double.IsFinite(double.Parse(scalar.Text, CultureInfo.InvariantCulture))
        )
        {
            Refuse($"{this} is not a finite number; allowed is {bounds}, written without quotes and with a point");
            return null;
        }

        var number = double.Parse(scalar.Text, CultureInfo.InvariantCulture);
        if (bounds.Contain(number))
        {
            return number == 0 ? 0 : number; // −0 would be another text and another hash for the same number
        }

        Refuse($"{scalar.Text} is out of range; allowed is {bounds.Correct(number)}");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Integer(Bounds bounds)
    {
        var whole = new Bounds(Math.Max(bounds.Low, int.MinValue), Math.Min(bounds.High, int.MaxValue));
        if (Node is DocumentNode.Scalar { Quoted: false } scalar && Decimal.IsMatch(scalar.Text))
        {
            var number = double.Parse(scalar.Text, CultureInfo.InvariantCulture);
            if (double.IsFinite(number) && number != Math.Floor(number))
            {
                Refuse($"{scalar.Text} is not a whole number; the nearest is {Nearest(number, whole)}");
                return null;
            }
        }

        return (int?)Number(whole);
    }

    /// <summary>true or false.</summary>
    public bool? Flag()
    {
        if (Node is DocumentNode.Scalar { Quoted: false, Text: "true" or "false" } scalar)
        {
            return scalar.Text == "true";
        }

        Refuse($"{this} is neither true nor false; write one of them, in small letters and without quotes");
        return null;
    }

    /// <summary>One of a few words; case does not matter.</summary>
    /// <param name="words">What each word means.</param>
    /// <param name="notYet">Words of the format that this program does not know yet, with the reason.</param>
    public T? Word<T>(IReadOnlyList<(string Word, T Meaning)> words, params (string Word, string Reason)[] notYet)
        where T : struct
    {
        var text = Node is DocumentNode.Scalar { IsNull: false } scalar ? scalar.Text : null;
        foreach (var (word, meaning) in words)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                return meaning;
            }
        }

        foreach (var (word, reason) in notYet)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                Refuse($"'{word}' is not supported yet: {reason}. Use {Listed(words)}.");
                return null;
            }
        }

        Refuse($"{this} is none of {Listed(words)}{DidYouMean(text, words.Select(pair => pair.Word))}");
        return null;
    }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<Value>? Items(string example)
    {
        if (Node is DocumentNode.List list)
        {
            return [.. list.Items.Select((item, index) => new Value($"{Path}[{index}]", item, findings))];
        }

        Refuse($"{this} is not a list; write for example {example}");
        return null;
    }

    /// <summary>A timeframe by name.</summary>
    public Timeframe? Timeframe()
    {
        if (Node is DocumentNode.Scalar scalar && Core.Timeframe.TryParse(scalar.Text, out var timeframe))
        {
            return timeframe;
        }

        var names = Core.Timeframe.All.Select(known => known.Name).ToArray();
        var given = (Node as DocumentNode.Scalar)?.Text;
        Refuse($"{this} is not a timeframe; use one of {string.Join(", ", names)}{DidYouMean(given, names)}");
        return null;
    }

    /// <summary>A day, year first.</summary>
    public DateOnly? Day()
    {
        if (
            Node is DocumentNode.Scalar scalar
            && DateOnly.TryParseExact(
                scalar.Text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
        )
        {
            return day;
        }

        Refuse($"{this} is not a day of the calendar; write it as \"2023-12-31\"");
        return null;
    }

    /// <summary>The end of a message that points to the nearest valid name, where one is near.</summary>
    public static string DidYouMean(string? given, IEnumerable<string> valid) =>
        given is not null && NearestName.Of(given, valid) is [var near, ..] ? $"; did you mean '{near}'?" : "";

    private static string Listed<T>(IReadOnlyList<(string Word, T Meaning)> words) =>
        string.Join(", ", words.Select(pair => pair.Word));

    private static string Nearest(double number, Bounds bounds) =>
        Math.Clamp(Math.Round(number), bounds.Low, bounds.High).ToString("R", CultureInfo.InvariantCulture);
}
