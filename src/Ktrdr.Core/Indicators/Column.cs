namespace Ktrdr.Core;

/// <summary>What every computation asks of the columns it is given.</summary>
internal static class Column
{
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    public static void MustBeAsLong(ReadOnlySpan<double> source, ReadOnlySpan<double> other, string name)
    {
        if (other.Length != source.Length)
        {
            throw new ArgumentException(
                $"Column '{name}' has {other.Length} values where the source has {source.Length}; they go bar by bar.",
                name
            );
        }
    }
}
