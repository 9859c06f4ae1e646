using System.Globalization;
using System.Text.Json;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Reads a file of prices, and says which file, model and field is wrong.</summary>
/// <param name="file">What to call it.</param>
internal sealed class PriceFile(string file)
{
    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The models of a file.</summary>
    /// <exception cref="InvalidOperationException">It is no list of prices.</exception>
    public IReadOnlyList<ModelPrices> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            var models = List(document.RootElement, "models", "the file").Select(Model).ToList();
            RefuseTwice(models.Select(model => model.Id).Concat(models.SelectMany(model => model.Aliases)));
            return models;
        }
        catch (JsonException broken)
        {
            throw Wrong($"is not valid JSON: {broken.Message}", broken);
        }
    }

    private ModelPrices Model(JsonElement model)
    {
        var id = Text(model, "id", "a model");
        Known(model, id, "id", "aliases", "prices");
        var aliases = List(model, "aliases", id)
            .Select(alias =>
                alias.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(alias.GetString())
                    ? alias.GetString()!
                    : throw Wrong($"{id}: aliases holds {alias.GetRawText()}; an alias is a word.")
            )
            .ToList();
        var rows = List(model, "prices", id).Select(row => Row(row, id)).OrderBy(row => row.Effective).ToList();
        if (rows.Count == 0)
        {
            throw Wrong($"{id}: prices is empty.");
        }

        var twice = rows.GroupBy(row => row.Effective).FirstOrDefault(same => same.Skip(1).Any());
        return twice is null
            ? new ModelPrices(id, aliases, rows)
            : throw Wrong($"{id}: effective {twice.Key:yyyy-MM-dd} appears twice.");
    }

    private PriceRow Row(JsonElement row, string id)
    {
        Known(row, id, "effective", "verified", "source", "bands");
        var effective = Day(row, "effective", id);
        var where = $"{id} from {effective:yyyy-MM-dd}";
        var bands = List(row, "bands", where).Select(band => Band(band, where)).ToList();
        if (bands is not [.., { UpToPromptTokens: null }])
        {
            throw Wrong($"{where}: the last of bands must be open, up_to_prompt_tokens null.");
        }

        for (var i = 1; i < bands.Count; i++)
        {
            if (bands[i - 1].UpToPromptTokens is not { } below || bands[i].UpToPromptTokens <= below)
            {
                throw Wrong($"{where}: up_to_prompt_tokens must grow from band to band.");
            }
        }

        return new PriceRow(effective, Day(row, "verified", where), Text(row, "source", where), bands);
    }

    private PriceBand Band(JsonElement band, string where)
    {
        Known(
            band,
            where,
            "up_to_prompt_tokens",
            "input",
            "output",
            "cache_write_5_minutes",
            "cache_write_1_hour",
            "cache_read"
        );
        return new PriceBand(
            UpTo(Field(band, "up_to_prompt_tokens", where), where),
            Price(band, "input", where),
            Price(band, "output", where),
            Price(band, "cache_write_5_minutes", where),
            Price(band, "cache_write_1_hour", where),
            Price(band, "cache_read", where)
        );
    }

    private long? UpTo(JsonElement value, string where) =>
        value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var tokens) && tokens > 0 ? tokens
        : throw Wrong($"{where}: up_to_prompt_tokens is {value.GetRawText()}; use a count of tokens, or null for any.");

    private decimal Price(JsonElement band, string name, string where)
    {
        var value = Field(band, name, where);
        return
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDecimal(out var dollars)
            && dollars is >= 0 and <= 1_000_000
            && PriceRow.IsExact(dollars)
            ? dollars
            : throw Wrong(
                $"{where}: {name} is {value.GetRawText()}; use dollars for a million tokens, not negative, in steps of 0.001 "
                    + "(a whole billionth of a dollar for one token)."
            );
    }

    private DateOnly Day(JsonElement parent, string name, string where) =>
        DateOnly.TryParseExact(
            Text(parent, name, where),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : throw Wrong($"{where}: {name} is '{Text(parent, name, where)}'; use a day such as 2026-10-07.");

    private string Text(JsonElement parent, string name, string where) =>
        Field(parent, name, where) is { ValueKind: JsonValueKind.String } text
        && text.GetString() is { } said
        && !string.IsNullOrWhiteSpace(said)
            ? said
            : throw Wrong($"{where}: {name} must be words.");

    private IEnumerable<JsonElement> List(JsonElement parent, string name, string where) =>
        Field(parent, name, where) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray()
            : throw Wrong($"{where}: {name} must be a list.");

    private JsonElement Field(JsonElement parent, string name, string where) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
            ? value
            : throw Wrong($"{where}: {name} is missing.");

    private void Known(JsonElement parent, string where, params string[] names)
    {
        var stranger = parent
            .EnumerateObject()
            .Select(property => property.Name)
            .FirstOrDefault(name => !names.Contains(name));
        if (stranger is not null)
        {
            throw Wrong($"{where}: {stranger} means nothing here. Known: {string.Join(", ", names)}.");
        }
    }

    private void RefuseTwice(IEnumerable<string> names)
    {
        var twice = names
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(same => same.Skip(1).Any());
        if (twice is not null)
        {
            throw Wrong($"{twice.Key}: the name stands for two models; an id or alias stands for one.");
        }
    }

    private InvalidOperationException Wrong(string what, Exception? inner = null) =>
        new($"The prices in {file} cannot be used. {what}", inner);
}
