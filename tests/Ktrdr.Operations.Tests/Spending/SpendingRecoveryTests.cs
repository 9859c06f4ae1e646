namespace Ktrdr.Operations.Tests;

public abstract class SpendingRecoveryTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_a_crash_the_recorded_reply_is_read_and_the_open_purchase_is_charged_once()
    {
        var bought = 0;
        var reached = new TaskCompletionSource();
        Act design = async (part, work, cancellationToken) =>
        {
            for (var exchange = 1; exchange <= 2; exchange++)
            {
                var name = $"exchange-{exchange}";
                if (work.Recorded<string>(name) is not null)
                {
                    continue;
                }

                Assert.IsType<Allowance.Granted>(
                    await work.ReserveAsync(Till.Order($"{name}/attempt-1", 0.10m, perDay: 5), cancellationToken)
                );
                bought++;
                if (exchange == 2 && work.Attempt == 1)
                {
                    reached.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                }

                await work.SettleAsync(
                    $"{name}/attempt-1",
                    Till.Dollars(0.03m),
                    [],
                    name,
                    $"reply {exchange}",
                    cancellationToken
                );
            }

            return new Played(part.Act);
        };
        var first = await House.OpenAsync(_home, new Stage().On("design", design));
        var id = (await first.StartAsync("child", "design")).Id;
        await reached.Task;
        Assert.Equal((0.03m, 0.10m), new Till(first).Stand());
        await first.CrashAsync();

        await using (var second = await House.OpenAsync(_home, new Stage().On("design", design)))
        {
            Assert.Equal(OperationStatus.Completed, (await second.EndOf(id)).Status);
            Assert.Equal(3, bought);
            Assert.Equal((0.16m, 0m), new Till(second).Stand());
        }

        await using var third = await House.OpenAsync(_home, new Stage());
        Assert.Equal((0.16m, 0m), new Till(third).Stand());
        Assert.Equal(
            [
                ("exchange-2/attempt-1", "settled"),
                ("exchange-2/attempt-1", "unknown"),
                ("exchange-1/attempt-1", "settled"),
            ],
            third.Store.Payments(null, null).Select(payment => (payment.Key, payment.Outcome))
        );
    }

    [Fact]
    public async Task The_next_start_charges_what_was_open_even_where_nothing_will_run_again()
    {
        var first = House.Build(_home, new Stage());
        var till = new Till(first);
        var cycle = await till.OpenAsync(hold: 0.15m, limit: 5);
        var design = await till.ChildOf(cycle, "design");
        await till.ReserveAsync(design, Till.Order("reply", 0.20m));
        await first.Store.HandBackAsync(cycle.Id, cycle.Attempt, CancellationToken.None);
        await first.CrashAsync();

        await using var second = House.Build(_home, new Stage());
        Assert.Equal((0m, 0.20m), new Till(second).Stand());
        await second.HandAsync();
        Assert.Equal((0.20m, 0m), new Till(second).Stand());
    }

    [Fact]
    public async Task A_new_attempt_pays_for_what_the_one_before_left_open_and_may_use_its_keys_again()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var first = await till.OpenAsync();
        await till.ReserveAsync(first, Till.Order("reply", 0.15m, perDay: 0.30m));
        var second = await till.ClaimAgainAsync(first.Id);

        Assert.Equal((0.15m, 0m), till.Stand());
        await Assert.ThrowsAsync<StaleAttemptException>(() => till.SettleAsync(first, "reply", 0.01m));
        await Assert.ThrowsAsync<StaleAttemptException>(() => till.ReserveAsync(first, Till.Order("another", 0.01m)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => till.SettleAsync(second, "reply", 0.01m));
        Assert.IsType<Allowance.Granted>(await till.ReserveAsync(second, Till.Order("reply", 0.15m, perDay: 0.30m)));
        await till.SettleAsync(second, "reply", 0.01m);
        Assert.Equal((0.16m, 0m), till.Stand());
    }

    [Fact]
    public async Task An_operation_that_ends_in_the_middle_of_a_purchase_pays_for_it_in_full()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await till.ReserveAsync(await till.OpenAsync(), Till.Order("left alone", 0.15m));
        }

        var finished = await till.OpenAsync();
        await till.ReserveAsync(finished, Till.Order("reply", 0.10m));
        await till.EndAsync(finished);
        Assert.Equal((0.10m, 0.30m), till.Stand());

        var cancelled = await till.OpenAsync();
        await till.ReserveAsync(cancelled, Till.Order("reply", 0.20m));
        await house.Store.CancelAsync(cancelled.Id, null, CancellationToken.None);
        Assert.Equal((0.10m, 0.50m), till.Stand());
        await house.Store.EndAbandonedAsync(cancelled.Id, await house.HandAsync(), CancellationToken.None);
        Assert.Equal((0.30m, 0.30m), till.Stand());
        await Assert.ThrowsAsync<StaleAttemptException>(() => till.SettleAsync(cancelled, "reply", 0));
    }

    [Fact]
    public async Task A_purchase_cut_off_by_a_cancellation_is_charged_and_the_hold_is_free_again()
    {
        var waiting = new TaskCompletionSource();
        var stage = new Stage().On(
            "buy",
            async (part, work, cancellationToken) =>
            {
                await work.ReserveAsync(Till.Order("reply", 0.10m, perDay: 5), cancellationToken);
                try
                {
                    waiting.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    await work.WriteOffAsync("reply", Till.Dollars(0.07m), [], CancellationToken.None);
                    throw;
                }

                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var started = await house.Operations.StartAsync(
            new StartRequest<Part>
            {
                Type = "parent",
                Order = new Part("buy"),
                Hold = Till.Dollars(0.15m),
                DailyLimit = Till.Dollars(5m),
            },
            CancellationToken.None
        );
        var id = Assert.IsType<StartResult.Started>(started).Operation.Id;
        await waiting.Task;
        Assert.Equal((0m, 0.15m), new Till(house).Stand());
        await house.Operations.CancelAsync(id, null, CancellationToken.None);

        Assert.Equal(OperationStatus.Cancelled, (await house.EndOf(id)).Status);
        Assert.Equal((0.07m, 0m), new Till(house).Stand());
        Assert.Equal("settled", Assert.Single(house.Store.Payments(null, null)).Outcome);
    }
}
