using System.Data.Common;

namespace Ktrdr.Operations.Tests;

public abstract class SpendingLedgerTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("UPDATE holds SET amount = 1")]
    [InlineData("DELETE FROM holds")]
    [InlineData("UPDATE purchases SET reserved = 0")]
    [InlineData("DELETE FROM purchases")]
    [InlineData("UPDATE settlements SET cost = 0")]
    [InlineData("DELETE FROM settlements")]
    [InlineData("INSERT INTO settlements SELECT * FROM settlements")]
    public async Task Nothing_in_the_ledger_can_be_changed_or_taken_out(string sql)
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync(hold: 0.15m, limit: 5);
        await till.ReserveAsync(buyer, Till.Order("reply", 0.10m));
        await till.SettleAsync(buyer, "reply", 0.04m);

        await Assert.ThrowsAnyAsync<DbException>(() =>
            house.Database.WriteAsync(connection => connection.Execute(sql), CancellationToken.None)
        );
        Assert.Equal((0.04m, 0.11m), till.Stand());
    }
}
