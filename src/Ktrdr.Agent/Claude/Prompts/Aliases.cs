using System.Text.RegularExpressions;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>What the markets are called towards a language model: <c>market-1</c>, <c>market-2</c>, so that it cannot
/// remember how one went. With names allowed, their own symbols.</summary>
internal sealed class Aliases
{
    private const string Elsewhere = "another-market";
    private const string SomeDay = "(date)";
    private const int ShortestWord = 3;
    private const int ForexPair = 6;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly Regex s_date = new(
        @"(?<![A-Za-z0-9])(19|20)\d\d-\d\d(-\d\d)?(T[\d:.]+Z?)?(?![A-Za-z0-9])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        s_patience
    );

    private static readonly Regex s_alias = new(@"\bmarket-[0-9]{1,4}\b", RegexOptions.CultureInvariant, s_patience);

    private readonly bool _named;
    private readonly List<string> _symbols;
    private readonly List<(Regex Spelling, string Alias)> _spellings;

    private Aliases(IEnumerable<string> symbols, IEnumerable<string> others, bool named)
    {
        _named = named;
        _symbols = [.. symbols.Distinct(StringComparer.OrdinalIgnoreCase)];
        _spellings =
        [
            .. _symbols
                .Select(symbol => (Symbol: symbol, Alias: Of(symbol)))
                .Concat(others.Except(_symbols, StringComparer.OrdinalIgnoreCase).Select(other => (other, Elsewhere)))
                .OrderByDescending(pair => pair.Item1.Length)
                .Select(pair => (Spelling(pair.Item1), pair.Item2)),
        ];
    }

    /// <summary>Aliases for symbols, in their order.</summary>
    public static Aliases Of(IReadOnlyList<string> symbols, bool named) => new(symbols, [], named);

    /// <summary>Aliases for the markets of a design; those of earlier experiments that are no longer on hand have none.</summary>
    public static Aliases For(DesignBrief brief) =>
        new(
            brief.Markets.Select(market => market.Symbol),
            brief.Earlier.Select(experiment => experiment.Symbol),
            brief.Named
        );

    /// <summary>Aliases for the one market of an assessment; others on hand, which a hypothesis may name, have none.</summary>
    public static Aliases For(AssessmentBrief brief) => new([brief.Backtest.Symbol], brief.OnHand, brief.Named);

    /// <summary>What a symbol is called.</summary>
    public string Of(string symbol) =>
        _named ? symbol
        : _symbols.FindIndex(known => known.Equals(symbol, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            ? $"market-{index + 1}"
        : Elsewhere;

    /// <summary>The symbol behind an alias, or behind the symbol itself; null for any other word.</summary>
    public string? SymbolOf(string aliasOrSymbol) =>
        _symbols.Find(symbol =>
            symbol.Equals(aliasOrSymbol, StringComparison.OrdinalIgnoreCase)
            || Of(symbol).Equals(aliasOrSymbol, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>A text without symbols and dates; as it is where names are allowed.</summary>
    public string Mask(string text) =>
        _named
            ? text
            : s_date.Replace(
                _spellings.Aggregate(text, (masked, one) => one.Spelling.Replace(masked, _ => one.Alias)),
                SomeDay
            );

    /// <summary>A text with the symbol in place of an alias: which market had which is forgotten with the prompt.</summary>
    public string Unmask(string text) => s_alias.Replace(text, match => SymbolOf(match.Value) ?? match.Value);

    // Letters end a word and '_' does not, so a name such as eurusd_dips is found. A pair may be written EUR/USD, and as no
    // English word holds one it is found inside of words too. A very short symbol is looked for as it is spelt, or every second
    // English word would be a market.
    private static Regex Spelling(string symbol)
    {
        var pattern =
            symbol.Length == ForexPair && symbol.All(char.IsAsciiLetter)
                ? $"{symbol}|(?<![A-Za-z]){symbol[..3]}[/ _-]{symbol[3..]}(?![A-Za-z])"
                : $"(?<![A-Za-z]){Regex.Escape(symbol)}(?![A-Za-z])";
        var options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
        return new Regex(
            pattern,
            symbol.Length >= ShortestWord ? options | RegexOptions.IgnoreCase : options,
            s_patience
        );
    }
}
