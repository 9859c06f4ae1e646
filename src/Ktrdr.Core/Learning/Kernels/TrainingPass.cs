using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>Forward and backward through the network for one batch: the gradient of the loss.</summary>
/// <remarks>Back-propagation: with <c>A</c> what comes into a layer, <c>W</c> its weights and <c>D</c> the derivative
/// of the loss by the layer's sums, the gradient is <c>Aᵀ·D</c> and the layer below gets <c>(D·Wᵀ) ∘ f′</c>.</remarks>
internal sealed class TrainingPass
{
    private readonly Kernels _kernels;
    private readonly ParameterLayout _layout;
    private readonly Matrix _parameters;
    private readonly Matrix[] _deltas; // derivative by the sums, per layer
    private readonly Matrix[] _transposed; // Wᵀ, per layer but the first
    private readonly Dropout? _dropout;

    /// <summary>Rows that go through the network together. A large batch goes in several parts, whose gradients add up:
    /// what the layers keep of so many rows stays near the processor.</summary>
    public const int MostRows = 32;

    /// <summary>Makes room for part of a batch.</summary>
    /// <param name="kernels">The arithmetic.</param>
    /// <param name="layout">How the parameters lie.</param>
    /// <param name="parameters">The packed parameters, read anew at every run.</param>
    /// <param name="capacity">Most rows at a time.</param>
    /// <param name="dropout">What drops units, or null to drop none.</param>
    public TrainingPass(Kernels kernels, ParameterLayout layout, Matrix parameters, int capacity, Dropout? dropout)
    {
        (_kernels, _layout, _parameters, _dropout) = (kernels, layout, parameters, dropout);
        Forward = new ForwardPass(kernels, layout, parameters, capacity, lasting: true);
        Gradient = layout.Allocate();
        _deltas = [.. layout.Layers.Select(layer => Matrix.Aligned(capacity, layer.Units))];
        _transposed = [.. layout.Layers.Skip(1).Select(layer => Matrix.Aligned(layer.Units, layer.Inputs))];
    }

    /// <summary>Where a batch's rows go in.</summary>
    public ForwardPass Forward { get; }

    /// <summary>The gradient of the batch, packed as the parameters are.</summary>
    public Matrix Gradient { get; }

    /// <summary>Computes loss and gradient of the rows that were put in.</summary>
    /// <param name="labels">Their classes.</param>
    /// <param name="loss">The loss to descend.</param>
    /// <param name="onTop">Whether the batch had rows before these, whose gradient they add to.</param>
    /// <returns>Their part of the batch's mean loss, and how many rows were classified rightly.</returns>
    public BatchResult Run(ReadOnlySpan<int> labels, BatchLoss loss, bool onTop)
    {
        var count = labels.Length;
        var last = _layout.Layers.Length - 1;
        for (var index = 0; index < last; index++)
        {
            Forward.Run(index, count);
            if (_dropout is not null)
            {
                var kept = _dropout.Draw(index, count);
                _kernels.Drop(Forward.Values[index + 1], kept, count, _layout.Layers[index].Units);
            }
        }

        Forward.Run(last, count);
        var result = loss.Of(_kernels, Forward.Logits, labels, _deltas[last]);

        for (var index = last; index >= 0; index--)
        {
            var layer = _layout.Layers[index];
            var gradient = ParameterLayout.Of(Gradient, layer);
            _kernels.Multiply(
                Forward.Values[index],
                true,
                _deltas[index],
                gradient,
                onTop,
                layer.Inputs + 1,
                count,
                layer.Units
            );
            if (index > 0)
            {
                if (!onTop)
                {
                    Transpose(layer, _transposed[index - 1]); // the weights are the same for the whole batch
                }

                var below = _deltas[index - 1];
                _kernels.Backward(
                    _deltas[index],
                    _transposed[index - 1],
                    below,
                    Forward.Values[index],
                    _dropout?.Unscale ?? 1,
                    _layout.Shape.Activation,
                    count,
                    layer.Units,
                    layer.Inputs
                );
                if (_dropout is not null)
                {
                    _kernels.Scale(below, _dropout.Kept(index - 1), count, layer.Inputs);
                }
            }
        }

        return result;
    }

    // Four at a time, because it is done for every batch; what pads the transposed rows stays 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transpose(Layer layer, Matrix transposed)
    {
        var weights = ParameterLayout.Of(_parameters, layer);
        nint next = weights.Stride;
        for (var unit = 0; unit < layer.Units; unit++)
        {
            ref var from = ref weights[0][unit];
            var to = transposed[unit][..layer.Inputs];
            for (; to.Length >= 4; to = to[4..])
            {
                Vector128
                    .Create(
                        from,
                        Unsafe.Add(ref from, next),
                        Unsafe.Add(ref from, 2 * next),
                        Unsafe.Add(ref from, 3 * next)
                    )
                    .CopyTo(to);
                from = ref Unsafe.Add(ref from, 4 * next);
            }

            foreach (ref var weight in to)
            {
                weight = from;
                from = ref Unsafe.Add(ref from, next);
            }
        }
    }
}
