namespace Ktrdr.Research;

/// <summary>The language models of a host that brings none: there is no key and nothing to choose.</summary>
internal sealed class NoLanguageModels : ILanguageModels
{
    public bool HaveKey => false;

    public ModelChoice Choose(string? wish) =>
        new ModelChoice.Refused(
            new Refusal(
                "no_api_key",
                "There is no key for a language model: ANTHROPIC_API_KEY is not set.",
                "Set ANTHROPIC_API_KEY or ANTHROPIC_API_KEY_FILE, or leave the model out for the built-in designer."
            )
        );

    public IReadOnlyList<PricedModel> List() => [];

    public Task<CycleEstimate> EstimateAsync(DesignBrief brief, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A cycle without a language model costs nothing.");
}
