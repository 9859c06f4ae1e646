using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>What every optimiser's step works on; all of the same length, a multiple of <see cref="Matrix.Lane"/>.</summary>
internal readonly ref struct UpdateOperands
{
    /// <summary>Weights, changed in place.</summary>
    public required Span<float> Weights { get; init; }

    /// <summary>Their gradient.</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>What the gradient is multiplied by before anything else; below 1 when it is clipped.</summary>
    public required float GradientScale { get; init; }

    /// <summary>Running mean of the gradient, or its momentum; empty where not kept.</summary>
    public Span<float> First { get; init; }

    /// <summary>Running mean of the squared gradient; empty where not kept.</summary>
    public Span<float> Second { get; init; }
}

/// <summary>Numbers of one step of Adam.</summary>
/// <param name="StepSize">Learning rate / (1 − β1ᵗ).</param>
/// <param name="SecondScale">1 / √(1 − β2ᵗ).</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="FirstDecay">β1.</param>
/// <param name="FirstGain">1 − β1.</param>
/// <param name="SecondDecay">β2.</param>
/// <param name="SecondGain">1 − β2.</param>
/// <param name="WeightDecay">Added to the gradient, times the weight.</param>
/// <param name="Shrink">What the weight is multiplied by first; 1 except in AdamW.</param>
internal readonly record struct AdamStep(
    float StepSize,
    float SecondScale,
    float Epsilon,
    float FirstDecay,
    float FirstGain,
    float SecondDecay,
    float SecondGain,
    float WeightDecay,
    float Shrink
);

/// <summary>Numbers of one step of gradient descent with momentum.</summary>
internal readonly record struct MomentumStep(float LearningRate, float Momentum, float WeightDecay);

/// <summary>Numbers of one step of RMSprop.</summary>
internal readonly record struct RmsPropStep(
    float LearningRate,
    float Decay,
    float Gain,
    float Epsilon,
    float WeightDecay
);

/// <summary>The formulas of the optimisers, over all weights at once.</summary>
internal sealed partial class Kernels<TLanes, TVector>
{
    // A unit that stopped learning leaves means that only ever shrink. Near 1e-38 processors slow down a hundredfold, for
    // numbers that move no weight; so what is smaller than this becomes 0.
    private const float Negligible = 1e-30f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Adam(in UpdateOperands operands, in AdamStep step)
    {
        ref var weights = ref MemoryMarshal.GetReference(operands.Weights);
        ref var gradient = ref MemoryMarshal.GetReference(operands.Gradient);
        ref var first = ref MemoryMarshal.GetReference(operands.First);
        ref var second = ref MemoryMarshal.GetReference(operands.Second);
        var (scale, decay, shrink) = (
            TLanes.Fill(operands.GradientScale),
            TLanes.Fill(step.WeightDecay),
            TLanes.Fill(step.Shrink)
        );
        var (firstDecay, firstGain) = (TLanes.Fill(step.FirstDecay), TLanes.Fill(step.FirstGain));
        var (secondDecay, secondGain) = (TLanes.Fill(step.SecondDecay), TLanes.Fill(step.SecondGain));
        var (secondScale, epsilon) = (TLanes.Fill(step.SecondScale), TLanes.Fill(step.Epsilon));
        var descent = TLanes.Fill(-step.StepSize);
        var negligible = TLanes.Fill(Negligible);
        var length = SameLength(operands, operands.First.Length, operands.Second.Length);
        for (nint index = 0; index < length; index += TLanes.Count)
        {
            var weight = TLanes.Load(ref Unsafe.Add(ref weights, index));
            var slope = TLanes.Multiply(TLanes.Load(ref Unsafe.Add(ref gradient, index)), scale);
            slope = TLanes.MultiplyAdd(decay, weight, slope);

            var mean = TLanes.Multiply(TLanes.Load(ref Unsafe.Add(ref first, index)), firstDecay);
            mean = TLanes.DropBelow(TLanes.MultiplyAdd(firstGain, slope, mean), negligible);
            TLanes.Store(mean, ref Unsafe.Add(ref first, index));

            var square = TLanes.Multiply(TLanes.Load(ref Unsafe.Add(ref second, index)), secondDecay);
            square = TLanes.MultiplyAdd(TLanes.Multiply(secondGain, slope), slope, square);
            square = TLanes.DropBelow(square, negligible);
            TLanes.Store(square, ref Unsafe.Add(ref second, index));

            var root = TLanes.MultiplyAdd(TLanes.SquareRoot(square), secondScale, epsilon);
            weight = TLanes.MultiplyAdd(descent, TLanes.Divide(mean, root), TLanes.Multiply(weight, shrink));
            TLanes.Store(weight, ref Unsafe.Add(ref weights, index));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Momentum(in UpdateOperands operands, in MomentumStep step)
    {
        ref var weights = ref MemoryMarshal.GetReference(operands.Weights);
        ref var gradient = ref MemoryMarshal.GetReference(operands.Gradient);
        ref var first = ref MemoryMarshal.GetReference(operands.First);
        var (scale, decay) = (TLanes.Fill(operands.GradientScale), TLanes.Fill(step.WeightDecay));
        var (momentum, descent) = (TLanes.Fill(step.Momentum), TLanes.Fill(-step.LearningRate));
        var negligible = TLanes.Fill(Negligible);
        var length = SameLength(operands, operands.First.Length);
        for (nint index = 0; index < length; index += TLanes.Count)
        {
            var weight = TLanes.Load(ref Unsafe.Add(ref weights, index));
            var slope = TLanes.Multiply(TLanes.Load(ref Unsafe.Add(ref gradient, index)), scale);
            slope = TLanes.MultiplyAdd(decay, weight, slope);

            var velocity = TLanes.MultiplyAdd(momentum, TLanes.Load(ref Unsafe.Add(ref first, index)), slope);
            velocity = TLanes.DropBelow(velocity, negligible);
            TLanes.Store(velocity, ref Unsafe.Add(ref first, index));
            TLanes.Store(TLanes.MultiplyAdd(descent, velocity, weight), ref Unsafe.Add(ref weights, index));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void RmsProp(in UpdateOperands operands, in RmsPropStep step)
    {
        ref var weights = ref MemoryMarshal.GetReference(operands.Weights);
        ref var gradient = ref MemoryMarshal.GetReference(operands.Gradient);
        ref var second = ref MemoryMarshal.GetReference(operands.Second);
        var (scale, weightDecay) = (TLanes.Fill(operands.GradientScale), TLanes.Fill(step.WeightDecay));
        var (decay, gain) = (TLanes.Fill(step.Decay), TLanes.Fill(step.Gain));
        var (epsilon, descent) = (TLanes.Fill(step.Epsilon), TLanes.Fill(-step.LearningRate));
        var negligible = TLanes.Fill(Negligible);
        var length = SameLength(operands, operands.Second.Length);
        for (nint index = 0; index < length; index += TLanes.Count)
        {
            var weight = TLanes.Load(ref Unsafe.Add(ref weights, index));
            var slope = TLanes.Multiply(TLanes.Load(ref Unsafe.Add(ref gradient, index)), scale);
            slope = TLanes.MultiplyAdd(weightDecay, weight, slope);

            var square = TLanes.Multiply(TLanes.Load(ref Unsafe.Add(ref second, index)), decay);
            square = TLanes.MultiplyAdd(TLanes.Multiply(gain, slope), slope, square);
            square = TLanes.DropBelow(square, negligible);
            TLanes.Store(square, ref Unsafe.Add(ref second, index));

            var root = TLanes.Add(TLanes.SquareRoot(square), epsilon);
            weight = TLanes.MultiplyAdd(descent, TLanes.Divide(slope, root), weight);
            TLanes.Store(weight, ref Unsafe.Add(ref weights, index));
        }
    }

    private static int SameLength(in UpdateOperands operands, params ReadOnlySpan<int> states)
    {
        var length = operands.Weights.Length;
        foreach (var other in states)
        {
            if (other != length || operands.Gradient.Length != length || length % Matrix.Lane != 0)
            {
                throw new ArgumentException(
                    $"{length} weights, a gradient of {operands.Gradient.Length} and a state "
                        + $"of {other} do not go together."
                );
            }
        }

        return length;
    }
}
