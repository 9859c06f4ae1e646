namespace Ktrdr.Operations.Tests;

public sealed class ClockCheckTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_clock_after_everything_recorded_is_fine() =>
        Assert.Equal(FindingLevel.Ok, At(s_now, s_now.AddSeconds(-1), new DateOnly(2026, 11, 2)).Level);

    [Fact]
    public void A_clock_beside_no_records_is_fine() => Assert.Equal(FindingLevel.Ok, At(s_now, null, null).Level);

    [Theory]
    [InlineData(1970)]
    [InlineData(2107)]
    public void A_year_that_cannot_be_is_wrong(int year) =>
        Assert.Equal(FindingLevel.Wrong, At(s_now.AddYears(year - s_now.Year), null, null).Level);

    [Fact]
    public void A_clock_behind_the_newest_record_is_worth_a_look()
    {
        var finding = At(s_now, s_now.AddMinutes(10), null);

        Assert.Equal(FindingLevel.Warning, finding.Level);
        Assert.Contains("2026-11-02 09:40:00", finding.Why);
    }

    [Fact]
    public void A_clock_behind_the_ledgers_last_day_would_spend_the_budget_of_the_wrong_day()
    {
        var finding = At(s_now, null, new DateOnly(2026, 11, 3));

        Assert.Equal(FindingLevel.Wrong, finding.Level);
        Assert.Contains("2026-11-03", finding.Why);
    }

    [Theory]
    [InlineData(3600, "+3600.0 s")]
    [InlineData(-2, "-2.0 s")]
    public void A_clock_that_is_set_meanwhile_is_found_out(int seconds, string told)
    {
        // Its stopwatch goes on while its hands are set.
        var clock = new Clock { Now = s_now };
        var check = new ClockCheck(clock);
        clock.Now = s_now.AddSeconds(seconds);

        var finding = check.Of(null, null);

        Assert.Equal(FindingLevel.Warning, finding.Level);
        Assert.Contains(told, finding.Why);
    }

    private static Finding At(DateTimeOffset now, DateTimeOffset? newest, DateOnly? lastDay) =>
        new ClockCheck(new Clock { Now = now }).Of(newest, lastDay);

    /// <summary>Hands that a test sets, and a stopwatch that stands still.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 0;
    }
}
