namespace Ktrdr.Core;

/// <summary>Which features a strategy feeds its network, in order, before any bar is read.</summary>
/// <remarks>The order is that of the inputs, then their timeframes, then the memberships of the set.</remarks>
public sealed class FeaturePlan
{
    private const int MostDifferencesShown = 3;

    private FeaturePlan(IReadOnlyList<PlannedFeature> features) => Features = features;

    /// <summary>The names, in order: <c>{timeframe}_{fuzzy set}_{membership}</c> or <c>{timeframe}_{indicator}_raw</c>.</summary>
    public IReadOnlyList<string> Names => [.. Features.Select(feature => feature.Name)];

    internal IReadOnlyList<PlannedFeature> Features { get; }

    /// <summary>The plan of a strategy.</summary>
    public static FeaturePlan From(StrategyDocument strategy) =>
        new([.. strategy.Inputs.SelectMany(input => Of(strategy, input))]);

    /// <summary>Refuses a model whose features are not this plan's, name by name and in order.</summary>
    /// <param name="stored">The features that were stored with the model.</param>
    /// <exception cref="FeatureException">They differ; the message names the first differences.</exception>
    public void Require(IReadOnlyList<FeatureColumn> stored)
    {
        var differences = new List<string>();
        for (var i = 0; i < Math.Max(Features.Count, stored.Count); i++)
        {
            var (planned, kept) = (Features.ElementAtOrDefault(i), stored.ElementAtOrDefault(i));
            if (planned?.Name != kept?.Name)
            {
                differences.Add(
                    $"input {i + 1} is '{kept?.Name ?? "none"}' in the model and '{planned?.Name ?? "none"}' in the strategy"
                );
            }
            else if (planned!.Normalization != kept!.Normalization)
            {
                differences.Add(
                    $"'{planned.Name}' is scaled by {kept.Normalization} in the model and {planned.Normalization} in the strategy"
                );
            }
        }

        if (differences.Count > 0)
        {
            var more =
                differences.Count > MostDifferencesShown
                    ? $"; and {differences.Count - MostDifferencesShown} more"
                    : "";
            throw new FeatureException(
                $"The model was trained on other features: {string.Join("; ", differences.Take(MostDifferencesShown))}{more}. Train the strategy again."
            );
        }
    }

    /// <summary>Names of the features that one input makes.</summary>
    internal static IEnumerable<string> NamesOf(StrategyDocument strategy, NetworkInput input) =>
        Of(strategy, input).Select(feature => feature.Name);

    private static IEnumerable<PlannedFeature> Of(StrategyDocument strategy, NetworkInput input)
    {
        foreach (var timeframe in input.Timeframes)
        {
            if (input is NetworkInput.Raw raw)
            {
                yield return new($"{timeframe}_{raw.Indicator}_raw", timeframe, raw.Indicator, null, raw.Normalization);
                continue;
            }

            var id = ((NetworkInput.Fuzzy)input).FuzzySetId;
            var set = strategy.FuzzySets.First(known => known.Id == id);
            foreach (var membership in set.Memberships)
            {
                var name = $"{timeframe}_{set.Id}_{membership.Name}";
                yield return new(name, timeframe, set.Indicator, membership.Function, Normalization.None);
            }
        }
    }
}

/// <summary>One feature before any bar is read; a raw one has no function.</summary>
internal sealed record PlannedFeature(
    string Name,
    Timeframe Timeframe,
    IndicatorReference Indicator,
    MembershipFunction? Function,
    Normalization Normalization
);

/// <summary>Features cannot be made of these bars, or are not those a model knows.</summary>
public sealed class FeatureException(string message) : Exception(message);
