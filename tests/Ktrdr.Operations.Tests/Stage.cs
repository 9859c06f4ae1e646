using System.Collections.Concurrent;

namespace Ktrdr.Operations.Tests;

/// <summary>What a test orders: an act, by the name it was given on the stage.</summary>
internal sealed record Part(string Act, double Number = 0);

/// <summary>What a test gets back.</summary>
internal sealed record Played(string Act, double Number = 0);

internal delegate Task<Played> Act(Part part, IWorkContext work, CancellationToken cancellationToken);

/// <summary>Plays the acts a test wrote, and remembers which were played.</summary>
internal sealed class Stage
{
    private readonly ConcurrentDictionary<string, Act> _acts = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<IWorkContext>> _entered = new();
    private readonly ConcurrentQueue<string> _played = new();

    public IReadOnlyList<string> Played => [.. _played];

    public ConcurrentQueue<string> Published { get; } = new();

    /// <summary>What publishing does beside being noted.</summary>
    public Func<Played, Task> Publishing { get; set; } = _ => Task.CompletedTask;

    public Stage On(string act, Act play)
    {
        _acts[act] = play;
        return this;
    }

    /// <summary>An act that does nothing but end.</summary>
    public Stage On(string act) => On(act, (part, _, _) => Task.FromResult(new Played(part.Act, part.Number)));

    /// <summary>An act that goes on until it is told to stop.</summary>
    public Stage Endless(string act) =>
        On(
            act,
            async (part, _, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return new Played(part.Act);
            }
        );

    /// <summary>An act that asks for others, one after the other, each as a child of its own name.</summary>
    public Stage Asking(string act, params string[] children) =>
        On(
            act,
            async (part, work, cancellationToken) =>
            {
                foreach (var child in children)
                {
                    await Ask(work, child, cancellationToken);
                }

                return new Played(part.Act);
            }
        );

    public static Task<Played> Ask(IWorkContext work, string child, CancellationToken cancellationToken) =>
        work.ChildAsync<Part, Played>(
            new ChildRequest<Part>(child, "child", new Part(child), Seed: null),
            started: null,
            progressed: null,
            cancellationToken
        );

    /// <summary>Ends when an act is played for the first time.</summary>
    public Task<IWorkContext> Entered(string act) => Entry(act).Task.WaitAsync(TimeSpan.FromSeconds(20));

    public Task<Played> PlayAsync(Part part, IWorkContext work, CancellationToken cancellationToken)
    {
        _played.Enqueue(part.Act);
        Entry(part.Act).TrySetResult(work);
        return _acts[part.Act](part, work, cancellationToken);
    }

    private TaskCompletionSource<IWorkContext> Entry(string act) =>
        _entered.GetOrAdd(
            act,
            static _ => new TaskCompletionSource<IWorkContext>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
}

internal sealed class Player(Stage stage) : IWorker<Part, Played>
{
    public Task<Played> RunAsync(Part order, IWorkContext work, CancellationToken cancellationToken) =>
        stage.PlayAsync(order, work, cancellationToken);
}

internal sealed class PublishingPlayer(Stage stage) : IWorker<Part, Played>, IPublisher<Part, Played>
{
    public Task<Played> RunAsync(Part order, IWorkContext work, CancellationToken cancellationToken) =>
        stage.PlayAsync(order, work, cancellationToken);

    public async Task PublishAsync(Part order, Played result, CancellationToken cancellationToken)
    {
        await stage.Publishing(result);
        stage.Published.Enqueue(result.Act);
    }
}
