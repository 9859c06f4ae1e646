using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>Softmax. Classes are few, so rows fill the vectors: sixteen rows at a time, turned so that each class has
/// their logits side by side.</summary>
internal sealed partial class Kernels<TLanes, TVector>
{
    private const int MostClasses = 64; // that are turned on the stack

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softmax(Matrix logits, int rows, int classes, Span<double> logNormalizers)
    {
        Span<float> turned =
            classes <= MostClasses ? stackalloc float[MostClasses * Matrix.Lane] : new float[classes * Matrix.Lane];
        Span<float> normalizers = stackalloc float[Matrix.Lane];
        turned = turned[..(classes * Matrix.Lane)];
        turned.Clear();
        var all = logits.All;
        for (var start = 0; start < rows; start += Matrix.Lane)
        {
            var block = all[(start * logits.Stride)..];
            var count = Math.Min(Matrix.Lane, rows - start);
            for (var row = 0; row < count; row++)
            {
                for (var index = 0; index < classes; index++)
                {
                    turned[(index * Matrix.Lane) + row] = block[(row * logits.Stride) + index];
                }
            }

            for (nint lane = 0; lane < Matrix.Lane; lane += TLanes.Count)
            {
                SoftmaxOfLanes(
                    ref Unsafe.Add(ref MemoryMarshal.GetReference(turned), lane),
                    ref Unsafe.Add(ref MemoryMarshal.GetReference(normalizers), lane),
                    classes
                );
            }

            for (var row = 0; row < count; row++)
            {
                for (var index = 0; index < classes; index++)
                {
                    block[(row * logits.Stride) + index] = turned[(index * Matrix.Lane) + row];
                }
            }

            for (var row = 0; row < count && !logNormalizers.IsEmpty; row++)
            {
                logNormalizers[start + row] = normalizers[row];
            }
        }
    }

    private static void SoftmaxOfLanes(ref float logits, ref float normalizer, int classes)
    {
        var largest = TLanes.Load(ref logits);
        for (var index = 1; index < classes; index++)
        {
            largest = TLanes.Larger(TLanes.Load(ref Unsafe.Add(ref logits, index * Matrix.Lane)), largest);
        }

        TVector sum = default;
        for (var index = 0; index < classes; index++)
        {
            ref var logit = ref Unsafe.Add(ref logits, index * Matrix.Lane);
            var power = TLanes.Exp(TLanes.Subtract(TLanes.Load(ref logit), largest));
            TLanes.Store(power, ref logit);
            sum = TLanes.Add(sum, power);
        }

        TLanes.Store(TLanes.Add(largest, TLanes.Log(sum)), ref normalizer);
        var share = TLanes.Divide(TLanes.Fill(1), sum);
        for (var index = 0; index < classes; index++)
        {
            ref var power = ref Unsafe.Add(ref logits, index * Matrix.Lane);
            TLanes.Store(TLanes.Multiply(TLanes.Load(ref power), share), ref power);
        }
    }
}
