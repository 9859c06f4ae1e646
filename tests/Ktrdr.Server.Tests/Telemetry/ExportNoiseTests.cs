using System.Diagnostics;

namespace Ktrdr.Server.Tests;

/// <summary>What is no story of its own stays out, whatever the sampler says.</summary>
public sealed class ExportNoiseTests
{
    [Fact]
    public void What_is_below_something_hidden_is_hidden_too_also_where_everything_is_sampled()
    {
        using var source = new ActivitySource($"noise-{Guid.NewGuid():N}");
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one.Name == source.Name,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var noise = new ExportNoise();
        using var probe = source.StartActivity("GET /metrics", ActivityKind.Server)!;
        Probes.Hide(probe);

        using var statement = source.StartActivity("SELECT", ActivityKind.Client)!;
        noise.OnStart(statement);

        Assert.Equal((false, false), (statement.Recorded, statement.IsAllDataRequested));
    }

    [Fact]
    public void What_is_below_something_that_is_sent_is_sent()
    {
        using var source = new ActivitySource($"story-{Guid.NewGuid():N}");
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one.Name == source.Name,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var noise = new ExportNoise();
        using var request = source.StartActivity("POST /trigger", ActivityKind.Server)!;

        using var statement = source.StartActivity("INSERT", ActivityKind.Client)!;
        noise.OnStart(statement);

        Assert.Equal((true, true), (statement.Recorded, statement.IsAllDataRequested));
    }
}
