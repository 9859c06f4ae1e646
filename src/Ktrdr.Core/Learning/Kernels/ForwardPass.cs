namespace Ktrdr.Core;

/// <summary>From rows of features to logits, some rows at a time.</summary>
internal sealed class ForwardPass
{
    private readonly Kernels _kernels;
    private readonly ParameterLayout _layout;
    private readonly Matrix _parameters;

    /// <summary>Makes room for the rows.</summary>
    /// <param name="kernels">The arithmetic.</param>
    /// <param name="layout">How the parameters lie.</param>
    /// <param name="parameters">The packed parameters, read anew at every run.</param>
    /// <param name="capacity">Most rows at a time.</param>
    /// <param name="lasting">Whether the room will be used many times.</param>
    public ForwardPass(Kernels kernels, ParameterLayout layout, Matrix parameters, int capacity, bool lasting)
    {
        (_kernels, _layout, _parameters) = (kernels, layout, parameters);
        Capacity = capacity;
        Values = new Matrix[layout.Layers.Length + 1];
        for (var index = 0; index < Values.Length; index++)
        {
            var isLogits = index == layout.Layers.Length;
            var width = isLogits ? layout.Shape.Outputs : layout.Layers[index].Inputs;
            var columns = isLogits ? width : width + 1;
            Values[index] = lasting ? Matrix.Aligned(capacity, columns) : Matrix.Brief(capacity, columns);
            for (var row = 0; row < capacity && !isLogits; row++)
            {
                Values[index][row][width] = 1; // what the biases are multiplied by
            }
        }
    }

    /// <summary>Most rows at a time.</summary>
    public int Capacity { get; }

    /// <summary>What comes into each layer, and at the end the logits.</summary>
    public Matrix[] Values { get; }

    /// <summary>What the last run made of its rows.</summary>
    public Matrix Logits => Values[^1];

    /// <summary>Where to put a row of features.</summary>
    public Span<float> Input(int row) => Values[0][row][.._layout.Shape.Inputs];

    /// <summary>Takes consecutive rows in.</summary>
    public void Load(ReadOnlySpan<float> rows, int count)
    {
        var width = _layout.Shape.Inputs;
        for (var row = 0; row < count; row++)
        {
            rows.Slice(row * width, width).CopyTo(Input(row));
        }
    }

    /// <summary>Computes the logits of the rows that were put in.</summary>
    public void Run(int count)
    {
        for (var index = 0; index < _layout.Layers.Length; index++)
        {
            Run(index, count);
        }
    }

    /// <summary>Computes what one layer makes of the layer below: activated values, or the logits.</summary>
    public void Run(int index, int count)
    {
        var layer = _layout.Layers[index];
        var (inputs, depth) = (Values[index], layer.Inputs + 1);
        var weights = ParameterLayout.Of(_parameters, layer);
        if (index == _layout.Layers.Length - 1)
        {
            _kernels.Multiply(inputs, false, weights, Logits, false, count, depth, layer.Units);
        }
        else
        {
            var activation = _layout.Shape.Activation;
            _kernels.Forward(inputs, weights, Values[index + 1], activation, count, depth, layer.Units);
        }
    }
}
