namespace Ktrdr.Core;

/// <summary>Where one layer's parameters stand.</summary>
/// <param name="Inputs">Width of what comes in, without the 1 of the bias.</param>
/// <param name="Units">Width of what goes out.</param>
/// <param name="Start">First float of the packed layer.</param>
/// <param name="FlatStart">First float of the layer in a network's own order.</param>
internal readonly record struct Layer(int Inputs, int Units, int Start, int FlatStart)
{
    /// <summary>Rows of the packed layer: one per input, one for the biases, up to a multiple of four.</summary>
    public int Rows => Matrix.PadRows(Inputs + 1);

    /// <summary>Floats of a packed row.</summary>
    public int Stride => Matrix.PadColumns(Units);
}

/// <summary>How the parameters of a network lie in memory while the kernels work on them.</summary>
/// <remarks>A layer is a matrix with one row per input and one column per unit, so that units fill a vector, and its
/// last row is the biases, which the inputs meet with a 1. All layers lie one after the other, so an optimiser sees
/// one span. The padding is zero, has a gradient of zero, and stays zero.</remarks>
internal sealed class ParameterLayout
{
    /// <summary>Lays out the network's layers.</summary>
    public ParameterLayout(NetworkShape shape)
    {
        Shape = shape;
        var layers = new List<Layer>();
        var (inputs, start, flatStart) = (shape.Inputs, 0, 0);
        foreach (var units in shape.Hidden.Append(shape.Outputs))
        {
            var layer = new Layer(inputs, units, start, flatStart);
            layers.Add(layer);
            start += layer.Rows * layer.Stride;
            flatStart += (inputs + 1) * units;
            inputs = units;
        }

        Layers = [.. layers];
        Length = start;
    }

    /// <summary>The network's shape.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Its layers, first to last.</summary>
    public Layer[] Layers { get; }

    /// <summary>Floats of all packed layers.</summary>
    public int Length { get; }

    /// <summary>Room for all parameters, or for something that goes with each of them.</summary>
    public Matrix Allocate() => Matrix.Aligned(Matrix.RowBlock, Length / Matrix.RowBlock);

    /// <summary>One layer of packed parameters.</summary>
    public static Matrix Of(Matrix packed, Layer layer) => packed.Slice(layer.Start, layer.Rows, layer.Stride);

    /// <summary>From a network's own order to the packed one.</summary>
    public void Pack(ReadOnlySpan<float> flat, Matrix packed)
    {
        foreach (var layer in Layers)
        {
            var to = Of(packed, layer);
            for (var unit = 0; unit < layer.Units; unit++)
            {
                var weights = flat.Slice(layer.FlatStart + (unit * layer.Inputs), layer.Inputs);
                for (var input = 0; input < layer.Inputs; input++)
                {
                    to[input][unit] = weights[input];
                }
            }

            flat.Slice(layer.FlatStart + (layer.Inputs * layer.Units), layer.Units).CopyTo(to[layer.Inputs]);
        }
    }

    /// <summary>From the packed order to a network's own.</summary>
    public float[] Unpack(Matrix packed)
    {
        var flat = new float[Shape.ParameterCount];
        foreach (var layer in Layers)
        {
            var from = Of(packed, layer);
            for (var unit = 0; unit < layer.Units; unit++)
            {
                for (var input = 0; input < layer.Inputs; input++)
                {
                    flat[layer.FlatStart + (unit * layer.Inputs) + input] = from[input][unit];
                }
            }

            from[layer.Inputs][..layer.Units].CopyTo(flat.AsSpan(layer.FlatStart + (layer.Inputs * layer.Units)));
        }

        return flat;
    }
}
