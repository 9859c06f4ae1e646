using System.Diagnostics;

namespace Ktrdr.Measures;

/// <summary>Hears of every durable write that is made in the flow of whoever set it, and of no others in the same process.</summary>
/// <remarks>Every durable write of the product is an activity: it starts before, with what was written so far beside its place
/// at most, and stops after.</remarks>
/// <param name="begins">Called before each.</param>
/// <param name="done">Called after each.</param>
internal sealed class AnnouncedWrites(Action begins, Action done)
{
    private static readonly AsyncLocal<AnnouncedWrites?> s_heard = new();

    /// <summary>Who hears of the writes that are made from here on.</summary>
    public static AnnouncedWrites? Heard
    {
        set => s_heard.Value = value;
    }

    /// <summary>Begins to hear.</summary>
    public static IDisposable Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.EndsWith(".Writes", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = _ => s_heard.Value?.Begins(),
            ActivityStopped = _ => s_heard.Value?.Done(),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private void Begins() => begins();

    private void Done() => done();
}
