using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <inheritdoc cref="ILanguageModels"/>
internal sealed class LanguageModels(AgentOptions options, Prices prices, Estimates estimates) : ILanguageModels
{
    /// <inheritdoc/>
    public bool HaveKey => options.Key is not null;

    /// <inheritdoc/>
    public ModelChoice Choose(string? wish)
    {
        var name = string.IsNullOrWhiteSpace(wish) ? options.Model : wish.Trim();
        if (prices.Find(name) is not { } model)
        {
            return new ModelChoice.Refused(Stranger(name));
        }

        if (prices.Today(model.Id) is null)
        {
            return new ModelChoice.Refused(
                new Refusal(
                    "unpriced_model",
                    $"The model '{model.Id}' has no price before {model.Rows[0].Effective:yyyy-MM-dd}.",
                    HowToPrice(model.Id)
                )
            );
        }

        return HaveKey
            ? new ModelChoice.Chosen(model.Id)
            : new ModelChoice.Refused(
                new Refusal(
                    "no_api_key",
                    $"The model '{model.Id}' needs a key, and ANTHROPIC_API_KEY is not set.",
                    "Set ANTHROPIC_API_KEY (or ANTHROPIC_API_KEY_FILE), or AGENT_PROVIDER=local, which needs none."
                )
            );
    }

    /// <inheritdoc/>
    public IReadOnlyList<PricedModel> List()
    {
        var configured = prices.Find(options.Model)?.Id;
        return
        [
            .. prices
                .Models.Select(model => (Model: model, Row: prices.Today(model.Id)))
                .Where(priced => priced.Row is not null)
                .Select(priced => new PricedModel(
                    priced.Model.Id,
                    priced.Model.Aliases,
                    priced.Model.Id == configured,
                    priced.Row!.Effective,
                    priced.Row.Bands
                ))
                .OrderByDescending(model => model.Default),
        ];
    }

    /// <inheritdoc/>
    public Task<CycleEstimate> EstimateAsync(DesignBrief brief, CancellationToken cancellationToken) =>
        estimates.OfAsync(brief, cancellationToken);

    // Only the provider's own kind of name can be a model we merely lack a price for; anything else is a slip.
    private Refusal Stranger(string name)
    {
        var hint = prices.Nearest(name) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        var known = string.Join(", ", prices.Names);
        return name.StartsWith("claude-", StringComparison.OrdinalIgnoreCase)
            ? new Refusal(
                "unpriced_model",
                $"The model '{name}' has no price, so what it would cost cannot be held back.{hint}",
                $"{HowToPrice(name)} Priced: {known}."
            )
            : new Refusal("unknown_model", $"There is no model '{name}'.{hint}", $"Use one of {known}.");
    }

    private static string HowToPrice(string id) =>
        $"Name a JSON file with the prices of {id} in AGENT_PRICES, or choose a model that ktrdr models lists.";
}
