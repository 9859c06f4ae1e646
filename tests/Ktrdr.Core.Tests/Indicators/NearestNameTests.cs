using FsCheck;
using FsCheck.Fluent;

namespace Ktrdr.Core.Tests;

public sealed class NearestNameTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithReplay(7, 11);

    // Edits by hand over the longer length: one swap in 10; one letter of 3; kitten to sitting is three edits in 7.
    [Theory]
    [InlineData("stochasitc", "stochastic", 0.9)]
    [InlineData("rsj", "rsi", 2.0 / 3)]
    [InlineData("RSI", "rsi", 1)]
    [InlineData("period", "perid", 5.0 / 6)]
    [InlineData("", "", 1)]
    [InlineData("", "rsi", 0)]
    public void Similarity_counts_the_edits(string one, string other, double expected) =>
        Assert.Equal(expected, NearestName.Similarity(one, other), 1e-12);

    [Fact]
    public void The_most_alike_comes_first_and_strangers_do_not_come() =>
        Assert.Equal(["period", "periods"], NearestName.Of("perio", ["multiplier", "periods", "period"]));

    [Fact]
    public void A_beginning_is_enough() =>
        Assert.Equal(["fast_period"], NearestName.Of("fast", ["fast_period", "slow_period"]));

    [Fact]
    public void A_very_long_name_is_a_stranger_to_all() =>
        Assert.Empty(NearestName.Of(new string('a', 10_000), ["rsi", "sma"]));

    [Fact]
    public void Similarity_is_the_same_both_ways() =>
        Prop.ForAll<NonNull<string>, NonNull<string>>(
                (one, other) => NearestName.Similarity(one.Get, other.Get) == NearestName.Similarity(other.Get, one.Get)
            )
            .Check(s_config);

    [Fact]
    public void Similarity_lies_between_0_and_1_and_is_1_to_itself() =>
        Prop.ForAll<NonNull<string>, NonNull<string>>(
                (one, other) =>
                    NearestName.Similarity(one.Get, other.Get) is >= 0 and <= 1
                    && NearestName.Similarity(one.Get, one.Get) == 1
            )
            .Check(s_config);
}
