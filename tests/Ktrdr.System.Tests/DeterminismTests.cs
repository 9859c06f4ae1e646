namespace Ktrdr.System.Tests;

/// <summary>A seed decides a cycle.</summary>
public sealed class DeterminismTests(SampleCycle sample)
{
    private static readonly string[] s_kept = ["strategies", "models", "data"];

    [Fact]
    public async Task The_same_seed_in_two_fresh_homes_leaves_the_same_bytes()
    {
        var (first, _) = await sample.FinishedAsync();
        using var second = new Home();

        (await second.RunAsync(SampleCycle.Arguments)).With(exitCode: 0);

        SameFiles(first.Files(s_kept), second.Files(s_kept));
    }

    /// <summary>Fails unless both hold the same files with the same bytes, and names the first that differs.</summary>
    internal static void SameFiles(SortedDictionary<string, byte[]> first, SortedDictionary<string, byte[]> second)
    {
        Assert.Equal(first.Keys, second.Keys);
        Assert.All(
            first,
            file => Assert.True(file.Value.AsSpan().SequenceEqual(second[file.Key]), $"{file.Key} differs")
        );
    }
}
