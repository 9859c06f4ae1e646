using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>Says who would design and assess a cycle that is asked for now. Asks nobody, and never shows the key.</summary>
public static class AuthorCheck
{
    private const string What = "key";

    /// <summary>Whether the provider, its key and its model's price go together.</summary>
    public static Finding Of(ResearchOptions options, ILanguageModels models)
    {
        var (author, refusal) = Author.Choose(options.Provider, wish: null, models);
        var key = models.HaveKey ? "there is one" : "none";
        return author switch
        {
            null => Finding.Wrong(What, key, $"A trigger would be refused: {refusal!.Message}", refusal.Next),
            { Provider: Providers.Anthropic } => Finding.Ok(What, $"{key}; {author.Model} designs and assesses"),
            { Provider: Providers.Scripted } => Finding.Warning(
                What,
                $"{key}; fixed answers stand in for designer and assessor",
                "AGENT_PROVIDER=scripted or USE_STUB_WORKERS is for trying the program: no cycle means anything.",
                "Unset both to have cycles designed."
            ),
            _ => Finding.Ok(What, $"{key}; the built-in designer and assessor work, which need none"),
        };
    }
}
