namespace Ktrdr.Core;

/// <summary>The moving parts of one training: weights, order of rows, gradient and optimiser.</summary>
internal sealed class TrainingRun
{
    private const int EvaluatedAtATime = 64;
    private readonly Kernels _kernels;
    private readonly TrainingPlan _plan;
    private readonly LabelledRows _rows;
    private readonly ParameterLayout _layout;
    private readonly TrainingPass _pass;
    private readonly Dropout? _dropout;
    private readonly BatchLoss _loss;
    private readonly Optimizer _optimizer;
    private readonly Random _shuffle;
    private readonly Matrix _features;
    private readonly int[] _order;
    private readonly int[] _labels;

    /// <summary>Makes all the room that training will need.</summary>
    public TrainingRun(Network network, LabelledRows rows, TrainingPlan plan, Seed seed, Kernels kernels)
    {
        (_kernels, _plan, _rows) = (kernels, plan, rows);
        _layout = new ParameterLayout(network.Shape);
        Parameters = _layout.Allocate();
        _layout.Pack(network.Weights, Parameters);

        var batch = Math.Min(plan.BatchSize, rows.Count);
        var capacity = Math.Min(batch, TrainingPass.MostRows);
        _dropout =
            plan.Dropout > 0 ? new Dropout(plan.Dropout, network.Shape.Hidden, capacity, seed.For("dropout")) : null;
        Forward = new ForwardPass(kernels, _layout, Parameters, EvaluatedAtATime, lasting: true);
        _pass = new TrainingPass(kernels, _layout, Parameters, capacity, _dropout);
        _loss = new BatchLoss(network.Shape.Outputs, ClassWeights(plan, rows, network.Shape.Outputs));
        _optimizer = Optimizer.For(plan, _layout, kernels);
        _shuffle = seed.For("shuffle");
        _features = Padded(rows);
        _order = [.. Enumerable.Range(0, rows.Count)];
        _labels = new int[batch];
    }

    /// <summary>The weights as they are now, packed.</summary>
    public Matrix Parameters { get; }

    /// <summary>A way through the network as it is now, without dropout, for rows outside a batch.</summary>
    public ForwardPass Forward { get; }

    /// <summary>A network with the weights as they are now.</summary>
    public Network Network() => new(_layout.Shape, _layout.Unpack(Parameters), _kernels);

    /// <summary>Puts the rows into the order of a new epoch.</summary>
    public void StartEpoch()
    {
        if (_plan.Shuffle)
        {
            _shuffle.Shuffle(_order);
        }
    }

    /// <summary>Everything as it is now, at the end of an epoch.</summary>
    public TrainingCheckpoint Checkpoint(double initialLoss, IEnumerable<EpochProgress> epochs, BestWeights best) =>
        new()
        {
            InitialLoss = initialLoss,
            Epochs = [.. epochs],
            Weights = Parameters.All.ToArray(),
            Steps = _optimizer.Steps,
            Memory = [.. _optimizer.Memory.SelectMany(memory => memory.All.ToArray())],
            Dropout = _dropout?.Generators ?? [],
            Best = best.Copy,
        };

    /// <summary>Puts everything back as it was, in a run that has not begun.</summary>
    public void GoOnFrom(TrainingCheckpoint checkpoint)
    {
        var room = Parameters.All.Length;
        if (
            checkpoint.Weights.Length != room
            || checkpoint.Memory.Length != room * _optimizer.Memory.Count
            || checkpoint.Dropout.Length != (_dropout?.Generators.Length ?? 0)
            || (checkpoint.Best.Length != 0 && checkpoint.Best.Length != room)
        )
        {
            throw new ArgumentException(
                $"A checkpoint of {checkpoint.Weights.Length} weights belongs to another training; this one has {room}.",
                nameof(checkpoint)
            );
        }

        checkpoint.Weights.CopyTo(Parameters.All);
        for (var index = 0; index < _optimizer.Memory.Count; index++)
        {
            checkpoint.Memory.AsSpan(index * room, room).CopyTo(_optimizer.Memory[index].All);
        }

        _optimizer.Steps = checkpoint.Steps;
        if (_dropout is not null)
        {
            _dropout.Generators = checkpoint.Dropout;
        }

        // Where the generator of the order stands cannot be read, so the draws of those epochs are made again.
        foreach (var _ in checkpoint.Epochs)
        {
            StartEpoch();
        }
    }

    /// <summary>One update: loss and gradient of a batch, and a step down it.</summary>
    /// <param name="start">First row of the batch, in the epoch's order.</param>
    /// <param name="count">Rows of the batch.</param>
    public BatchResult Step(int start, int count)
    {
        var order = _order.AsSpan(start, count);
        var labels = _labels.AsSpan(0, count);
        var classes = _rows.Classes.Span;
        for (var row = 0; row < count; row++)
        {
            labels[row] = classes[order[row]];
        }

        _loss.Begin(labels);
        var (loss, hits) = (0d, 0);
        for (var from = 0; from < count; from += TrainingPass.MostRows)
        {
            var part = Math.Min(TrainingPass.MostRows, count - from);
            _kernels.Gather(_features, order.Slice(from, part), _pass.Forward.Values[0]);
            var result = _pass.Run(labels.Slice(from, part), _loss, onTop: from > 0);
            (loss, hits) = (loss + result.Loss, hits + result.Hits);
        }

        var scale = Optimizer.ClipScale(_pass.Gradient.All, _plan.GradientClip);
        _optimizer.Step(Parameters, _pass.Gradient, scale);
        return new BatchResult(loss, hits);
    }

    // Every row as the network's first layer takes it, with the 1 of the biases: so an epoch copies whole vectors.
    private static Matrix Padded(LabelledRows rows)
    {
        var padded = Matrix.Aligned(rows.Count, rows.Width + 1);
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Features.Span.Slice(row * rows.Width, rows.Width).CopyTo(padded[row]);
            padded[row][rows.Width] = 1;
        }

        return padded;
    }

    private static float[] ClassWeights(TrainingPlan plan, LabelledRows rows, int outputs) =>
        plan switch
        {
            { ClassWeights: { } given } => [.. given],
            { BalanceClasses: true } => CrossEntropy.BalancedWeights(rows.ClassCounts(outputs)),
            _ => [],
        };
}
