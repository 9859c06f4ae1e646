namespace Ktrdr.Research;

/// <summary>Who designs and assesses one cycle, decided when it is asked for and never changed after.</summary>
/// <param name="Provider">One of <see cref="Providers"/>, but never <c>auto</c>.</param>
/// <param name="Model">The language model's id, or the provider's own name where it has none.</param>
internal sealed record Author(string Provider, string Model)
{
    /// <summary>The author for a setting and a wish, or why there is none.</summary>
    /// <param name="setting">What <c>AGENT_PROVIDER</c> says.</param>
    /// <param name="wish">The model that was asked for, or null.</param>
    /// <param name="models">The language models within reach.</param>
    public static (Author? Author, Refusal? Refusal) Choose(string setting, string? wish, ILanguageModels models) =>
        setting switch
        {
            Providers.Auto when wish is null && !models.HaveKey => (BuiltIn(Providers.Local), null),
            Providers.Auto or Providers.Anthropic => wish == Providers.Local
                ? (BuiltIn(Providers.Local), null)
                : Claude(models.Choose(wish)),
            _ when wish is null || wish == setting => (BuiltIn(setting), null),
            _ => (
                null,
                new Refusal(
                    "unknown_model",
                    $"There is no model '{wish}' for the provider '{setting}'.",
                    $"Leave the model out, or name '{setting}'. Claude needs AGENT_PROVIDER=anthropic, or auto with ANTHROPIC_API_KEY set."
                )
            ),
        };

    private static Author BuiltIn(string provider) => new(provider, provider);

    private static (Author? Author, Refusal? Refusal) Claude(ModelChoice choice) =>
        choice switch
        {
            ModelChoice.Chosen(var id) => (new Author(Providers.Anthropic, id), null),
            ModelChoice.Refused(var refusal) => (null, refusal),
            _ => throw new InvalidOperationException($"Choosing a model cannot come to {choice}."),
        };
}
