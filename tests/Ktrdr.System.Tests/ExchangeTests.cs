using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>The bill is exact, whatever breaks.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public async Task The_ledger_says_what_the_bill_says_although_the_buyer_is_killed_again_and_again()
    {
        var outcome = await Exchanges.MeasureAsync(count: 100, kills: 2, seed: 1);

        Assert.Empty(outcome.Differences);
        Assert.Equal(outcome.Billed, outcome.Charged);
        Assert.Equal(0, outcome.BoughtTwice);
        Assert.Equal(2, outcome.Kills);
        Assert.True(outcome.Billed > 0);
    }
}
