using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Ktrdr.Operations;

/// <summary>Quartz, as far as we use it: when there is a place for its role, run the operation with this id.</summary>
/// <remarks>One job an operation, in memory. It may forget: the records are the truth and are compared with it. Settings of
/// Quartz about stores and clusters (recovery of firings, check-in, schema) have no meaning in memory.</remarks>
internal sealed class Scheduler : IAsyncDisposable
{
    private readonly IScheduler _quartz;

    private Scheduler(IScheduler quartz) => _quartz = quartz;

    public static async Task<Scheduler> StartAsync(
        IReadOnlyDictionary<string, int> places,
        Func<string, CancellationToken, Task> run,
        CancellationToken cancellationToken
    )
    {
        var quartz = await QuartzSchedulerBuilder
            .Create(builder =>
            {
                builder.ConfigureScheduler(options =>
                {
                    options.InstanceName = $"operations-{Guid.NewGuid():N}";
                    options.IdleWaitTime = TimeSpan.FromSeconds(2);
                    options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                });
                builder.UseInMemoryStore();
                builder.UseDefaultThreadPool(Math.Max(1, places.Values.Sum()));
                builder.UseExecutionLimits(limits =>
                {
                    foreach (var (role, count) in places)
                    {
                        limits.ForGroup(role, count);
                    }
                });
                builder.Services.AddSingleton(run);
                builder.AddJobType<OperationJob>();
            })
            .BuildScheduler(cancellationToken);
        await quartz.Start(cancellationToken);
        return new Scheduler(quartz);
    }

    /// <summary>Schedules an operation; one that is already scheduled stays as it is.</summary>
    public async Task ScheduleAsync(Operation operation, CancellationToken cancellationToken)
    {
        var key = new JobKey(operation.Id);
        if (await _quartz.Exists(key, cancellationToken))
        {
            return;
        }

        var job = JobBuilder.Create<OperationJob>().WithIdentity(key).Build();
        var trigger = TriggerBuilder
            .Create()
            .WithIdentity(operation.Id)
            .WithExecutionGroup(operation.Role)
            .StartNow()
            .Build();
        try
        {
            await _quartz.ScheduleJob(job, trigger, cancellationToken: cancellationToken);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Somebody else was faster, which is as good.
        }
    }

    /// <summary>Takes an operation out of the line; a running one is not touched.</summary>
    public async Task ForgetAsync(string id, CancellationToken cancellationToken) =>
        await _quartz.UnscheduleJob(new TriggerKey(id), cancellationToken);

    /// <summary>Tells what runs to stop, and waits for it until the token says enough.</summary>
    public async Task StopAsync(CancellationToken enough) =>
        await _quartz.Shutdown(waitForJobsToComplete: true, enough);

    public async ValueTask DisposeAsync()
    {
        if (_quartz.Status is not (SchedulerStatus.Shutdown or SchedulerStatus.ShuttingDown))
        {
            await _quartz.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
        }
    }

    private sealed class OperationJob(Func<string, CancellationToken, Task> run) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            await run(context.JobDetail.Key.Name, cancellationToken);
    }
}
