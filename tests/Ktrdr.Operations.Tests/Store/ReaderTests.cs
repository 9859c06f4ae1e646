using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Operations.Tests;

public sealed class ReaderTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_home_without_a_database_is_an_empty_one_and_stays_so()
    {
        await using var services = Reader();
        var operations = services.GetRequiredService<IOperations>();

        var page = await operations.ListAsync(new OperationQuery(), CancellationToken.None);
        Assert.Equal((0, 0, 0), (page.Operations.Count, page.Total, page.Active));
        Assert.Null(await operations.FindAsync("op_none", CancellationToken.None));
        Assert.Empty(await operations.ChildrenAsync("op_none", CancellationToken.None));
        Assert.Empty(await operations.LedgerAsync<int>("trials", null, CancellationToken.None));
        Assert.Null(await operations.RecordedAsync<string>("op_none", "brief", CancellationToken.None));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => operations.WaitAsync("op_none", CancellationToken.None));
        Assert.False(File.Exists(_home.Database));
    }

    [Fact]
    public async Task It_reads_what_a_stopped_home_recorded_and_starts_nothing()
    {
        string id;
        await using (var house = await House.OpenAsync(_home, new Stage().On("solo")))
        {
            id = (await house.RunAsync("parent", "solo")).Id;
        }

        await using var services = Reader();
        var operations = services.GetRequiredService<IOperations>();
        Assert.Equal(OperationStatus.Completed, (await operations.FindAsync(id, CancellationToken.None))!.Status);
        var request = new StartRequest<Part> { Type = "parent", Order = new Part("solo") };
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            operations.StartAsync(request, CancellationToken.None)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            operations.CancelAsync(id, null, CancellationToken.None)
        );
    }

    private ServiceProvider Reader() =>
        new ServiceCollection()
            .AddOperationsReader(options => options.DatabasePath = _home.Database)
            .AddLedger("trials")
            .BuildServiceProvider();
}
