using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>How much of what the processor can multiply and add a training uses.</summary>
internal sealed class PeakRows : RowGroup
{
    private const int Rounds = 5_000_000;
    private const int Sums = 12; // enough to wait for none: four cycles, two units

    /// <inheritdoc/>
    public override string Name => "peak";

    /// <inheritdoc/>
    public override bool OncePerWidth => true;

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Reference.Missing is { } why)
        {
            yield return Row.Skipped("share of the peak", why);
            yield break;
        }

        var plan = new TrainingPlan { Epochs = 20, BatchSize = 1024 };
        var set = Reference.InstructionSet;
        Reference.Train(plan);
        PeakPerSecond();
        var (ours, peak, share) = Samples.Alternately(
            15,
            () => Reference.RowsPerSecond(plan) * Reference.OperationsPerRow,
            PeakPerSecond
        );
        var note = $"{ours.Median / 1e9:0.0} of {peak.Median / 1e9:0.0} billion operations a second";
        yield return Row.AtLeast("share of the FMA peak, batch 1024", 0.4, share, "", set, note);
    }

    private static double PeakPerSecond()
    {
        var count = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        var sum = 0f;
        var seconds = Samples.ProcessorSeconds(() => sum = Vector512.IsHardwareAccelerated ? Wide() : Half());
        GC.KeepAlive(sum);
        return 2d * Rounds * Sums * count / seconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide()
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (y, y, y, y, y, y);
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Half()
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (y, y, y, y, y, y);
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
