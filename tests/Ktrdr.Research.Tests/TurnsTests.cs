namespace Ktrdr.Research.Tests;

public sealed class TurnsTests
{
    [Fact]
    public async Task One_has_the_turn_and_the_others_are_woken_when_it_is_given_back()
    {
        var turns = new Turns();
        Assert.True(turns.TryTake(out var mine));
        Assert.Null(mine);

        Assert.False(turns.TryTake(out var one));
        Assert.False(turns.TryTake(out var other));
        Assert.False(one.IsCompleted || other.IsCompleted);
        turns.GiveBack();

        await Task.WhenAll(one, other).WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(turns.TryTake(out _));
    }

    [Fact]
    public void Whoever_gives_a_turn_back_leaves_the_next_one_alone()
    {
        var turns = new Turns();
        turns.TryTake(out _);
        turns.GiveBack();
        turns.TryTake(out _);

        Assert.False(turns.TryTake(out _));
    }
}
