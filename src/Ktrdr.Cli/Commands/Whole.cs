using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>A list that is not paged, in the API's envelope.</summary>
internal static class Whole
{
    /// <summary>Wraps everything there is.</summary>
    public static Many<T> Of<T>(IReadOnlyList<T> all) =>
        new()
        {
            Success = true,
            Data = all,
            TotalCount = all.Count,
            ActiveCount = 0,
        };
}
