using System.Text;
using System.Text.Json;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Reads what a language model offers as a strategy: by the rules for every strategy, and for the markets it was shown.</summary>
internal sealed class StrategyDraft(DesignBrief brief, Aliases aliases, IStrategyShelf shelf)
{
    private const int MaximumBytes = 64 * 1024;
    private const int MaximumDepth = 32;

    /// <summary>Reads an object, or a text that holds one as JSON or YAML.</summary>
    /// <param name="config">What was offered.</param>
    /// <param name="name">The name it shall have whatever it says of itself, or null for its own.</param>
    public StrategyReading Read(JsonElement config, string? name) =>
        config.ValueKind switch
        {
            JsonValueKind.Object => ReadObject(config, name),
            JsonValueKind.String when Arguments.Text(config) is { } text => Read(text, name),
            JsonValueKind.String => Refuse("config: the text is not valid Unicode; half a character stands alone"),
            _ => Refuse("config: must be an object, the whole strategy"),
        };

    /// <summary>Reads a text that holds JSON or YAML.</summary>
    public StrategyReading Read(string text, string? name)
    {
        if (
            text.AsSpan().TrimStart().StartsWith("{")
            && Arguments.Parse(text, MaximumDepth) is { ValueKind: JsonValueKind.Object } json
        )
        {
            return ReadObject(json, name);
        }

        var reading = shelf.Read(text);
        return Settle(
            reading.Document is { } document && name is not null
                ? reading with
                {
                    Document = document with { Name = name },
                }
                : reading
        );
    }

    /// <summary>A text as it is kept: plain, and with the symbol in place of an alias.</summary>
    public string Words(string text) => Plain.Line(aliases.Unmask(text));

    private StrategyReading ReadObject(JsonElement config, string? name)
    {
        var bytes = Encoding.UTF8.GetByteCount(config.GetRawText());
        if (bytes > MaximumBytes)
        {
            return Refuse($"config: has {bytes} bytes; a strategy has at most {MaximumBytes}");
        }

        try
        {
            var root = (DocumentNode.Mapping)DocumentNode.From(config);
            return Settle(StrategyReader.Read(name is null ? root : Named(root, name)));
        }
        catch (FormatException fault)
        {
            return Refuse($"config: {fault.Message}");
        }
    }

    // A name of its own gives way, but two of them stay: the reader refuses what stands there twice.
    private static DocumentNode.Mapping Named(DocumentNode.Mapping root, string name)
    {
        var entry = new DocumentEntry("name", new DocumentNode.Scalar(name, Quoted: true));
        return root.Entries.Count(own => own.Key == "name") > 1
            ? root
            : new DocumentNode.Mapping([entry, .. root.Entries.Where(own => own.Key != "name")]);
    }

    /// <summary>Puts the symbol where an alias stands, and refuses what the markets on hand do not have.</summary>
    private StrategyReading Settle(StrategyReading reading)
    {
        if (reading.Document is not { } document)
        {
            return reading;
        }

        var symbol = aliases.SymbolOf(document.Data.Symbol);
        var markets = brief.Markets.Where(market => market.Symbol == symbol).ToList();
        var errors = markets.Count == 0 ? [UnknownSymbol(document.Data.Symbol)] : Misfits(document, markets).ToList();
        return errors.Count > 0
            ? reading with
            {
                Document = null,
                Errors = errors,
            }
            : reading with
            {
                Document = document with
                {
                    Description = Words(document.Description),
                    Hypothesis = Words(document.Hypothesis),
                    Data = document.Data with { Symbol = symbol! },
                },
            };
    }

    private string UnknownSymbol(string named) =>
        $"training_data.symbols.symbol: '{named}' is not on hand; there is {string.Join(", ", brief.Markets.Select(Show))}";

    private IEnumerable<string> Misfits(StrategyDocument document, List<MarketOnHand> markets)
    {
        var main = document.Data.BaseTimeframe.Name;
        var market = markets.FirstOrDefault(candidate => candidate.Timeframe == main);
        if (market is null)
        {
            yield return $"training_data.timeframes: '{main}' is not on hand; there is {string.Join(", ", markets.Select(Show))}";
            yield break;
        }

        bool Shorter(Timeframe other) => other.CompareTo(document.Data.BaseTimeframe) < 0;

        // A longer timeframe is made from the bars on hand; a shorter one cannot be.
        foreach (var timeframe in document.Data.Timeframes.Where(Shorter))
        {
            yield return $"training_data.timeframes: '{timeframe}' is shorter than the base timeframe '{main}'; use that or longer ones";
        }

        foreach (var indicator in document.Indicators.Where(one => one.Definition.NeedsVolume && !market.HasVolume))
        {
            yield return $"indicators.{indicator.Id}: {indicator.Definition.Type} needs volume, which {Show(market)} does not have; use another";
        }

        if (document.Data is { Start: not null } or { End: not null } && !Covers(market, document.Data))
        {
            yield return brief.Named
                ? $"training_data.date_range: goes beyond {market.Start:yyyy-MM-dd} to {market.End:yyyy-MM-dd}; leave it out"
                : "training_data.date_range: the days to learn from are not yours to choose; leave it out";
        }
    }

    // Without dates in the prompt there is nothing to choose by, and an answer must not tell them.
    private bool Covers(MarketOnHand market, TrainingData data) =>
        brief.Named
        && (data.Start is not { } start || start >= DateOnly.FromDateTime(market.Start.UtcDateTime))
        && (data.End is not { } end || end <= DateOnly.FromDateTime(market.End.UtcDateTime));

    private string Show(MarketOnHand market) => $"{aliases.Of(market.Symbol)} {market.Timeframe}";

    private static StrategyReading Refuse(string error) => StrategyReading.Unreadable([error]);
}
