namespace Ktrdr.Core;

/// <summary>A multilayer perceptron: layers of weighted sums with an activation between them, and logits at the end.</summary>
/// <remarks>
/// <para><b>Formula.</b> <c>aₗ = f(Wₗ·aₗ₋₁ + bₗ)</c> for hidden layers; the last layer has no activation, and softmax
/// turns its logits into probabilities.</para>
/// <para><b>Weights.</b> One flat array: for each layer its weights, one row per unit, then its biases.</para>
/// <para>It never changes, so many threads may ask it at once.</para>
/// </remarks>
public sealed class Network
{
    private const double OutputReach = 0.1;

    private const int RowsAtATime = 64;
    private readonly float[] _weights;
    private readonly ParameterLayout _layout;
    private readonly Matrix _parameters;
    private readonly Kernels _kernels;

    /// <summary>A network with given weights, which are copied.</summary>
    /// <param name="shape">Its layers.</param>
    /// <param name="weights">As many as <see cref="NetworkShape.ParameterCount"/>, in the order described above.</param>
    public Network(NetworkShape shape, ReadOnlySpan<float> weights)
        : this(shape, weights, Kernels.Best) { }

    internal Network(NetworkShape shape, ReadOnlySpan<float> weights, Kernels kernels)
    {
        if (shape.Inputs < 1 || shape.Outputs < 2 || shape.Hidden.Any(units => units < 1))
        {
            throw new ArgumentException(
                $"A network of {shape.Inputs} inputs, [{string.Join(", ", shape.Hidden)}] hidden units and "
                    + $"{shape.Outputs} outputs cannot be built; it takes an input, two outputs, and no empty layer.",
                nameof(shape)
            );
        }

        if (weights.Length != shape.ParameterCount)
        {
            throw new ArgumentException(
                $"The shape has {shape.ParameterCount} weights and biases, but {weights.Length} were given. "
                    + "Are they those of another network?",
                nameof(weights)
            );
        }

        (Shape, _weights, _kernels) = (shape, weights.ToArray(), kernels);
        _layout = new ParameterLayout(shape);
        _parameters = _layout.Allocate();
        _layout.Pack(_weights, _parameters);
    }

    /// <summary>Its layers.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Its weights and biases, in the order described above.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>The instruction set it computes with, such as <c>avx512</c>, <c>avx2</c>, <c>neon</c> or
    /// <c>scalar</c>.</summary>
    public string InstructionSet => _kernels.Name;

    /// <summary>A network that has learned nothing yet.</summary>
    /// <remarks>
    /// <para>Weights are uniform in ±√(6 / inputs) below relu and leaky relu (K. He et al., <i>Delving deep into
    /// rectifiers</i>, 2015), and in ±√(6 / (inputs + units)) below tanh and sigmoid (X. Glorot and Y. Bengio,
    /// <i>Understanding the difficulty of training deep feedforward neural networks</i>, 2010); below softmax in a tenth of
    /// that. Biases are 0.</para>
    /// <para>The tenth keeps the untrained opinion near 1/K and its loss near ln K: what nothing learned is worth, and so an
    /// honest start to measure a fall from. A bolder start would only have its own noise to lose.</para>
    /// </remarks>
    /// <param name="shape">Its layers.</param>
    /// <param name="seed">Decides the weights, by its stream <c>weights</c>.</param>
    public static Network Initial(NetworkShape shape, Seed seed)
    {
        var random = seed.For("weights");
        var weights = new float[shape.ParameterCount];
        var rectified = shape.Activation is Activation.Relu or Activation.LeakyRelu;
        foreach (var layer in new ParameterLayout(shape).Layers)
        {
            var isHidden = layer.FlatStart + ((layer.Inputs + 1) * layer.Units) < weights.Length;
            var reach =
                (isHidden ? 1 : OutputReach)
                * Math.Sqrt(6.0 / (isHidden && rectified ? layer.Inputs : layer.Inputs + layer.Units));
            foreach (ref var weight in weights.AsSpan(layer.FlatStart, layer.Inputs * layer.Units))
            {
                weight = (float)(((2 * random.NextDouble()) - 1) * reach);
            }
        }

        return new Network(shape, weights);
    }

    /// <summary>The logits of each row.</summary>
    /// <remarks>A row's logits do not depend on the rows that it comes with, to the last bit.</remarks>
    /// <param name="rows">Features, row after row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="logits">Gets <see cref="NetworkShape.Outputs"/> numbers per row.</param>
    public void Logits(ReadOnlySpan<float> rows, int count, Span<float> logits) =>
        Run(rows, count, logits, probabilities: false);

    /// <summary>The probability of each class, for each row: the softmax of its logits.</summary>
    /// <remarks>A row's probabilities do not depend on the rows that it comes with, to the last bit.</remarks>
    /// <param name="rows">Features, row after row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="probabilities">Gets <see cref="NetworkShape.Outputs"/> fractions per row, whose sum is 1.</param>
    public void Probabilities(ReadOnlySpan<float> rows, int count, Span<float> probabilities) =>
        Run(rows, count, probabilities, probabilities: true);

    /// <summary>The most probable class of each row; the first of equals.</summary>
    /// <param name="rows">Features, row after row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="classes">Gets one class per row.</param>
    public void Classify(ReadOnlySpan<float> rows, int count, Span<int> classes)
    {
        if (classes.Length < count)
        {
            throw new ArgumentException(
                $"There is room for {classes.Length} classes of {count} rows.",
                nameof(classes)
            );
        }

        var outputs = Shape.Outputs;
        var logits = new float[count * outputs];
        Logits(rows, count, logits);
        for (var row = 0; row < count; row++)
        {
            classes[row] = IndexOfLargest(logits.AsSpan(row * outputs, outputs));
        }
    }

    /// <summary>The index of the largest number; the first of equals.</summary>
    internal static int IndexOfLargest(ReadOnlySpan<float> numbers)
    {
        var best = 0;
        for (var index = 1; index < numbers.Length; index++)
        {
            best = numbers[index] > numbers[best] ? index : best;
        }

        return best;
    }

    private void Run(ReadOnlySpan<float> rows, int count, Span<float> results, bool probabilities)
    {
        var (inputs, outputs) = (Shape.Inputs, Shape.Outputs);
        if (count < 0 || rows.Length < (long)count * inputs || results.Length < (long)count * outputs)
        {
            throw new ArgumentException(
                $"{count} rows need {(long)count * inputs} features and room for {(long)count * outputs} results; "
                    + $"there are {rows.Length} and {results.Length}.",
                nameof(count)
            );
        }

        var capacity = Math.Min(count, RowsAtATime);
        var pass = new ForwardPass(_kernels, _layout, _parameters, capacity, lasting: false);
        for (var start = 0; start < count; start += capacity)
        {
            var block = Math.Min(capacity, count - start);
            pass.Load(rows[(start * inputs)..], block);
            pass.Run(block);
            if (probabilities)
            {
                _kernels.Softmax(pass.Logits, block, outputs);
            }

            for (var row = 0; row < block; row++)
            {
                pass.Logits[row][..outputs].CopyTo(results[((start + row) * outputs)..]);
            }
        }
    }
}
