namespace Ktrdr.Operations.Tests;

public sealed class MoneyTests
{
    [Fact]
    public void A_tenth_of_a_billionth_of_a_dollar_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Money.FromDollars(0.0000000001m));
        Assert.Equal(new Money(1), Money.FromDollars(0.000000001m));
    }

    [Theory]
    [InlineData("9223372036.854775807", true)]
    [InlineData("9223372036.854775808", false)]
    [InlineData("-9223372036.854775807", true)]
    [InlineData("79228162514264337593543950335", false)]
    public void Money_ends_where_its_count_ends(string dollars, bool countable)
    {
        var amount = decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture);
        if (countable)
        {
            Assert.Equal(amount, Money.FromDollars(amount).Dollars);
        }
        else
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Money.FromDollars(amount));
        }
    }

    [Fact]
    public void Ten_million_times_a_tenth_of_a_cent_is_exactly_ten_thousand_dollars()
    {
        var sum = Money.Zero;
        for (var i = 0; i < 10_000_000; i++)
        {
            sum += new Money(1_000_000);
        }

        Assert.Equal("$10000.00", sum.ToString());
    }

    [Fact]
    public void A_sum_that_cannot_be_counted_is_an_error_and_not_a_debt()
    {
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue) + new Money(1));
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue) * 2);
    }

    [Theory]
    [InlineData(150_000_000, "$0.15")]
    [InlineData(4_000, "$0.000004")]
    [InlineData(-1, "-$0.000000001")]
    public void It_is_written_with_as_many_places_as_it_needs(long nano, string text) =>
        Assert.Equal(text, new Money(nano).ToString());
}
