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
    private readonly BatchLoss _loss;
    private readonly Optimizer _optimizer;
    private readonly Random _shuffle;
    private readonly int[] _order;
    private readonly int[] _labels;

    /// <summary>Makes all the room that training will need.</summary>
    public TrainingRun(Network network, LabelledRows rows, TrainingPlan plan, Seed seed, Kernels kernels)
    {
        (_kernels, _plan, _rows) = (kernels, plan, rows);
        _layout = new ParameterLayout(network.Shape);
        Parameters = _layout.Allocate();
        _layout.Pack(network.Weights, Parameters);

        var capacity = Math.Min(plan.BatchSize, rows.Count);
        var dropout =
            plan.Dropout > 0 ? new Dropout(plan.Dropout, network.Shape.Hidden, capacity, seed.For("dropout")) : null;
        Forward = new ForwardPass(kernels, _layout, Parameters, EvaluatedAtATime, lasting: true);
        _pass = new TrainingPass(kernels, _layout, Parameters, capacity, dropout);
        _loss = new BatchLoss(network.Shape.Outputs, ClassWeights(plan, rows, network.Shape.Outputs), capacity);
        _optimizer = Optimizer.For(plan, _layout, kernels);
        _shuffle = seed.For("shuffle");
        _order = [.. Enumerable.Range(0, rows.Count)];
        _labels = new int[capacity];
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

    /// <summary>One update: loss and gradient of a batch, and a step down it.</summary>
    /// <param name="start">First row of the batch, in the epoch's order.</param>
    /// <param name="count">Rows of the batch.</param>
    public BatchResult Step(int start, int count)
    {
        var features = _rows.Features.Span;
        var classes = _rows.Classes.Span;
        var width = _rows.Width;
        for (var row = 0; row < count; row++)
        {
            var index = _order[start + row];
            features.Slice(index * width, width).CopyTo(_pass.Forward.Input(row));
            _labels[row] = classes[index];
        }

        var result = _pass.Run(_labels.AsSpan(0, count), _loss);
        var scale = Optimizer.ClipScale(_pass.Gradient.All, _plan.GradientClip);
        _optimizer.Step(Parameters, _pass.Gradient, scale);
        return result;
    }

    private static float[] ClassWeights(TrainingPlan plan, LabelledRows rows, int outputs) =>
        plan switch
        {
            { ClassWeights: { } given } => [.. given],
            { BalanceClasses: true } => CrossEntropy.BalancedWeights(rows.ClassCounts(outputs)),
            _ => [],
        };
}
