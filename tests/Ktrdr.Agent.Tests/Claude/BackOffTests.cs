namespace Ktrdr.Agent.Tests.Claude;

/// <summary>How long an operation waits before it asks again: the longer the oftener, and each a little differently.</summary>
public sealed class BackOffTests
{
    // Two seconds, then four, each less up to half of it by chance.
    [Theory]
    [InlineData(1, 1.0, 2)]
    [InlineData(1, 0.5, 1.5)]
    [InlineData(1, 0.0, 1)]
    [InlineData(2, 0.5, 3)]
    public void The_wait_doubles_and_is_shortened_by_chance(int attempt, double chance, double seconds)
    {
        var busy = new Answer.NotBilled("overloaded_error", 529, RetryAfter: null, "Overloaded");

        var next = Retries.After(busy, attempt, chance, DateTimeOffset.UnixEpoch);

        Assert.Equal(new Next.Wait(TimeSpan.FromSeconds(seconds)), next);
    }

    // The first four bytes of SHA-256("attempt:operation/key") as a share of the largest they can be, worked out with sha256sum.
    [Theory]
    [InlineData("op_agent_design_20261122_090000_1a2b3c4d", "exchange-1/attempt-1.1", 1, 0.526502)]
    [InlineData("op_agent_design_20261122_090000_5e6f7a8b", "exchange-1/attempt-1.1", 1, 0.709360)]
    [InlineData("op_agent_design_20261122_090000_1a2b3c4d", "exchange-1/attempt-1.2", 2, 0.434146)]
    public void An_operation_has_chances_of_its_own_and_always_the_same(
        string operation,
        string key,
        int attempt,
        double chance
    ) => Assert.Equal(chance, Retries.Chance(operation, key, attempt), 6);
}
