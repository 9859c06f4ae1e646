namespace Ktrdr.Operations.Tests;

// One suite for both stores: what it says of one, it says of the other.

public sealed class WatchingInSqlite() : WatchingTests(RecordsIn.Sqlite);

public sealed class WatchingInPostgres() : WatchingTests(RecordsIn.Postgres);

public sealed class ReplayInSqlite() : ReplayTests(RecordsIn.Sqlite);

public sealed class ReplayInPostgres() : ReplayTests(RecordsIn.Postgres);

public sealed class PublishingInSqlite() : PublishingTests(RecordsIn.Sqlite);

public sealed class PublishingInPostgres() : PublishingTests(RecordsIn.Postgres);

public sealed class RestartInSqlite() : RestartTests(RecordsIn.Sqlite);

public sealed class RestartInPostgres() : RestartTests(RecordsIn.Postgres);

public sealed class RunningInSqlite() : RunningTests(RecordsIn.Sqlite);

public sealed class RunningInPostgres() : RunningTests(RecordsIn.Postgres);

public sealed class CancellingInSqlite() : CancellingTests(RecordsIn.Sqlite);

public sealed class CancellingInPostgres() : CancellingTests(RecordsIn.Postgres);

public sealed class PurchaseInSqlite() : PurchaseTests(RecordsIn.Sqlite);

public sealed class PurchaseInPostgres() : PurchaseTests(RecordsIn.Postgres);

public sealed class SpendingDayInSqlite() : SpendingDayTests(RecordsIn.Sqlite);

public sealed class SpendingDayInPostgres() : SpendingDayTests(RecordsIn.Postgres);

public sealed class SpendingRecoveryInSqlite() : SpendingRecoveryTests(RecordsIn.Sqlite);

public sealed class SpendingRecoveryInPostgres() : SpendingRecoveryTests(RecordsIn.Postgres);

public sealed class HoldInSqlite() : HoldTests(RecordsIn.Sqlite);

public sealed class HoldInPostgres() : HoldTests(RecordsIn.Postgres);

public sealed class RecordInSqlite() : RecordTests(RecordsIn.Sqlite);

public sealed class RecordInPostgres() : RecordTests(RecordsIn.Postgres);

public sealed class SpendingLedgerInSqlite() : SpendingLedgerTests(RecordsIn.Sqlite);

public sealed class SpendingLedgerInPostgres() : SpendingLedgerTests(RecordsIn.Postgres);

public sealed class FiguresInSqlite() : FiguresTests(RecordsIn.Sqlite);

public sealed class FiguresInPostgres() : FiguresTests(RecordsIn.Postgres);

public sealed class SharedFilesInSqlite() : SharedFilesTests(RecordsIn.Sqlite);

public sealed class SharedFilesInPostgres() : SharedFilesTests(RecordsIn.Postgres)
{
    [Fact]
    public async Task The_body_of_a_file_waits_for_nobodys_turn()
    {
        using var home = new TemporaryHome(RecordsIn.Postgres);
        using var other = new TemporaryHome(home);
        await using var house = House.Build(home, new Stage());
        await using var giver = House.Build(other, new Stage());
        var files = new SharedFiles(giver.Database);
        Task? put = null;

        await house.Database.WriteAsync(
            turn =>
            {
                put = Task.Run(() => files.PutAsync("a", "one"u8.ToArray(), CancellationToken.None));
                const string waiting =
                    "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
                while (turn.Query(waiting, row => row.GetInt32(0)) is [] && !put.IsCompleted)
                {
                    // Asked again until the other waits for this turn, which asking keeps alive.
                }

                Assert.Single(turn.Query("SELECT hash FROM bodies", row => row.GetString(0)));
                Assert.Empty(files.After(0));
            },
            TestContext.Current.CancellationToken
        );
        await put!;

        Assert.Equal("one"u8, files.Find("a")!.Body);
    }
}
