using System.Globalization;

namespace Ktrdr.Operations;

/// <summary>An amount of money in whole billionths of a dollar, so that sums are exact.</summary>
/// <param name="Nano">Billionths of a dollar.</param>
public readonly record struct Money(long Nano) : IComparable<Money>
{
    private const decimal NanoPerDollar = 1_000_000_000m;

    /// <summary>Nothing.</summary>
    public static Money Zero { get; }

    /// <summary>The amount in dollars, to nine places.</summary>
    public decimal Dollars => Nano / NanoPerDollar;

    /// <summary>An amount given in dollars.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is finer than a billionth of a dollar, or too large.</exception>
    public static Money FromDollars(decimal dollars)
    {
        if (Math.Abs(dollars) > long.MaxValue / NanoPerDollar)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dollars),
                dollars,
                $"More than {long.MaxValue / NanoPerDollar} dollars cannot be counted."
            );
        }

        var nano = dollars * NanoPerDollar;
        return nano == decimal.Truncate(nano)
            ? new Money((long)nano)
            : throw new ArgumentOutOfRangeException(
                nameof(dollars),
                dollars,
                "Money is counted in whole billionths of a dollar."
            );
    }

    /// <summary>The sum.</summary>
    public static Money operator +(Money left, Money right) => new(checked(left.Nano + right.Nano));

    /// <summary>The difference; may be negative.</summary>
    public static Money operator -(Money left, Money right) => new(checked(left.Nano - right.Nano));

    /// <summary>So many times the amount.</summary>
    public static Money operator *(Money amount, long times) => new(checked(amount.Nano * times));

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Money left, Money right) => left.Nano < right.Nano;

    /// <summary>Whether the left is more.</summary>
    public static bool operator >(Money left, Money right) => left.Nano > right.Nano;

    /// <summary>Whether the left is not more.</summary>
    public static bool operator <=(Money left, Money right) => left.Nano <= right.Nano;

    /// <summary>Whether the left is not less.</summary>
    public static bool operator >=(Money left, Money right) => left.Nano >= right.Nano;

    /// <inheritdoc/>
    public int CompareTo(Money other) => Nano.CompareTo(other.Nano);

    /// <summary>The amount as people write it: <c>$0.15</c>, with more places only where they are needed.</summary>
    public override string ToString() =>
        (Nano < 0 ? "-$" : "$") + Math.Abs(Dollars).ToString("0.00#######", CultureInfo.InvariantCulture);
}
