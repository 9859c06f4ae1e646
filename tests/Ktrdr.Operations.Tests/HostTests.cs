using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Operations.Tests;

public sealed class HostTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_host_that_adds_operations_runs_them_from_its_start_to_its_stop()
    {
        var stage = new Stage().On("solo").Endless("slow");
        using var host = Build(stage);
        await host.StartAsync();
        var operations = host.Services.GetRequiredService<IOperations>();
        var solo = await Start(operations, "solo");
        Assert.Equal(OperationStatus.Completed, (await operations.WaitAsync(solo, CancellationToken.None)).Status);

        var slow = await Start(operations, "slow");
        await stage.Entered("slow");
        await host.StopAsync();
        Assert.Equal(OperationStatus.Pending, (await operations.FindAsync(slow, CancellationToken.None))!.Status);
    }

    [Fact]
    public void A_name_that_could_not_be_a_table_is_refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => services.AddLedger("trials; DROP TABLE operations"));
        Assert.Throws<ArgumentException>(() => services.AddWorker<Player, Part, Played>("../x", "working", "x_failed"));
    }

    private static async Task<string> Start(IOperations operations, string act)
    {
        var request = new StartRequest<Part> { Type = "child", Order = new Part(act) };
        var started = await operations.StartAsync(request, CancellationToken.None);
        return Assert.IsType<StartResult.Started>(started).Operation.Id;
    }

    private IHost Build(Stage stage)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(stage);
        builder.Services.AddOperations(options => options.DatabasePath = _home.Database);
        builder.Services.AddWorker<Player, Part, Played>("child", "working", "child_failed");
        return builder.Build();
    }
}
