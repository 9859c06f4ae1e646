using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>Softmax and cross-entropy. Classes are few, so rows fill the vectors: sixteen rows at a time, turned so that
/// each class has their logits side by side.</summary>
internal sealed partial class Kernels<TLanes, TVector>
{
    private const int MostClasses = 64; // that are turned on the stack

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softmax(Matrix logits, int rows, int classes)
    {
        Span<float> turned =
            classes <= MostClasses ? stackalloc float[MostClasses * Matrix.Lane] : new float[classes * Matrix.Lane];
        turned = turned[..(classes * Matrix.Lane)];
        turned.Clear();
        for (var start = 0; start < rows; start += Matrix.Lane)
        {
            var block = logits.All[(start * logits.Stride)..];
            var count = Math.Min(Matrix.Lane, rows - start);
            Turn(block, logits.Stride, count, turned);
            for (nint lane = 0; lane < Matrix.Lane; lane += TLanes.Count)
            {
                SoftmaxOfLanes(ref Unsafe.Add(ref MemoryMarshal.GetReference(turned), lane), classes);
            }

            TurnBack(turned, count, block, logits.Stride);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override (double Loss, int Hits) CrossEntropy(
        Matrix logits,
        ReadOnlySpan<int> labels,
        int classes,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> scales,
        Matrix derivative
    )
    {
        Span<float> turned =
            classes <= MostClasses ? stackalloc float[MostClasses * Matrix.Lane] : new float[classes * Matrix.Lane];
        Span<float> ofRows = stackalloc float[3 * Matrix.Lane];
        var normalizers = ofRows[..Matrix.Lane];
        var leaders = ofRows.Slice(Matrix.Lane, Matrix.Lane);
        var scaleOfRow = ofRows[(2 * Matrix.Lane)..];
        turned = turned[..(classes * Matrix.Lane)];
        turned.Clear();
        var (loss, hits) = (0d, 0);
        for (var start = 0; start < labels.Length; start += Matrix.Lane)
        {
            var block = logits.All[(start * logits.Stride)..];
            var some = labels.Slice(start, Math.Min(Matrix.Lane, labels.Length - start));
            Turn(block, logits.Stride, some.Length, turned);
            for (var row = 0; row < some.Length; row++)
            {
                scaleOfRow[row] = scales[some[row]];
            }

            for (nint lane = 0; lane < Matrix.Lane; lane += TLanes.Count)
            {
                ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(turned), lane);
                TLanes.Store(LeaderOfLanes(ref first, classes), ref leaders[(int)lane]);
                TLanes.Store(SoftmaxOfLanes(ref first, classes), ref normalizers[(int)lane]);
                var scale = TLanes.Load(ref scaleOfRow[(int)lane]);
                for (var index = 0; index < classes; index++)
                {
                    ref var probability = ref Unsafe.Add(ref first, index * Matrix.Lane);
                    TLanes.Store(TLanes.Multiply(TLanes.Load(ref probability), scale), ref probability);
                }
            }

            for (var row = 0; row < some.Length; row++)
            {
                var label = some[row];
                var surprise = (double)normalizers[row] - block[(row * logits.Stride) + label];
                loss += weights.IsEmpty ? surprise : weights[label] * surprise;
                hits += leaders[row] == label ? 1 : 0;
                turned[(label * Matrix.Lane) + row] -= scaleOfRow[row];
            }

            TurnBack(turned, some.Length, derivative.All[(start * derivative.Stride)..], derivative.Stride);
        }

        return (loss, hits);
    }

    private static void Turn(ReadOnlySpan<float> rows, int stride, int count, Span<float> turned)
    {
        for (var row = 0; row < count; row++)
        {
            for (var (from, to) = (row * stride, row); to < turned.Length; from++, to += Matrix.Lane)
            {
                turned[to] = rows[from];
            }
        }
    }

    private static void TurnBack(ReadOnlySpan<float> turned, int count, Span<float> rows, int stride)
    {
        for (var row = 0; row < count; row++)
        {
            for (var (to, from) = (row * stride, row); from < turned.Length; to++, from += Matrix.Lane)
            {
                rows[to] = turned[from];
            }
        }
    }

    // The first class of those with the largest logit; which class leads is not branched upon, since no processor can
    // guess it.
    private static TVector LeaderOfLanes(ref float logits, int classes)
    {
        TVector leader = default;
        var largest = TLanes.Load(ref logits);
        for (var index = 1; index < classes; index++)
        {
            var logit = TLanes.Load(ref Unsafe.Add(ref logits, index * Matrix.Lane));
            leader = TLanes.WhereNotPositive(TLanes.Subtract(logit, largest), leader, TLanes.Fill(index));
            largest = TLanes.Larger(logit, largest);
        }

        return leader;
    }

    // Leaves probabilities and gives max + ln Σ e^(z − max).
    private static TVector SoftmaxOfLanes(ref float logits, int classes)
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

        var share = TLanes.Divide(TLanes.Fill(1), sum);
        for (var index = 0; index < classes; index++)
        {
            ref var power = ref Unsafe.Add(ref logits, index * Matrix.Lane);
            TLanes.Store(TLanes.Multiply(TLanes.Load(ref power), share), ref power);
        }

        return TLanes.Add(largest, TLanes.Log(sum));
    }
}
