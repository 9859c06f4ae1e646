using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Every model with a price. Shipped, and added to or replaced by the file that <c>AGENT_PRICES</c> names.</summary>
internal sealed class Prices
{
    private readonly TimeProvider _time;

    private Prices(IReadOnlyList<ModelPrices> models, TimeProvider time) => (Models, _time) = (models, time);

    /// <summary>The models in the order they are listed.</summary>
    public IReadOnlyList<ModelPrices> Models { get; }

    /// <summary>Every name that a model can be asked for by.</summary>
    public IEnumerable<string> Names => Models.SelectMany(model => model.Aliases.Append(model.Id));

    /// <summary>The shipped prices and those of a file.</summary>
    /// <param name="path">A file of prices, or null.</param>
    /// <param name="time">Says which prices hold today.</param>
    /// <exception cref="InvalidOperationException">The file cannot be read or makes no sense.</exception>
    public static Prices Load(string? path, TimeProvider time)
    {
        using var shipped = new StreamReader(
            typeof(Prices).Assembly.GetManifestResourceStream("Ktrdr.Agent.Claude.Purchases.prices.json")!
        );
        var models = new PriceFile("the shipped prices.json").Read(shipped.ReadToEnd());
        return new Prices(path is null ? models : Over(models, new PriceFile(path).Read(Contents(path))), time);
    }

    /// <summary>The same prices by another clock.</summary>
    public Prices By(TimeProvider time) => new(Models, time);

    /// <summary>The model of this id or alias, or null.</summary>
    public ModelPrices? Find(string name) =>
        Models.FirstOrDefault(model => Same(model.Id, name))
        ?? Models.FirstOrDefault(model => model.Aliases.Any(alias => Same(alias, name)));

    /// <summary>What a model costs today, or null where nobody knows.</summary>
    public PriceRow? Today(string id) => Find(id)?.On(DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime));

    /// <summary>The name most like one that does not exist, or null.</summary>
    public string? Nearest(string name) => NearestName.Of(name, Names) is [var nearest, ..] ? nearest : null;

    // A newer model may take over an alias: the file knows better than what was shipped before it.
    private static List<ModelPrices> Over(IReadOnlyList<ModelPrices> shipped, IReadOnlyList<ModelPrices> own)
    {
        var taken = own.SelectMany(model => model.Aliases.Append(model.Id)).ToList();
        return
        [
            .. own,
            .. shipped
                .Where(model => !own.Any(other => Same(other.Id, model.Id)))
                .Select(model =>
                    model with
                    {
                        Aliases = [.. model.Aliases.Where(alias => !taken.Any(name => Same(name, alias)))],
                    }
                ),
        ];
    }

    private static string Contents(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"AGENT_PRICES names '{path}', which cannot be read: {unreadable.Message}",
                unreadable
            );
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
