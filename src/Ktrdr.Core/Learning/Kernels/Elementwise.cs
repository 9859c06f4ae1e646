using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>Activations and softmax: what happens to one row at a time.</summary>
internal sealed partial class Kernels<TLanes, TVector>
{
    private const float Leak = 0.01f;

    private interface ICurve
    {
        static abstract TVector Value(TVector sum);

        /// <summary>The derivative at a sum, whose value is known.</summary>
        static abstract TVector Slope(TVector sum, TVector value);
    }

    /// <inheritdoc/>
    public override void Activate(Matrix sums, int rows, int units, Activation activation)
    {
        switch (activation)
        {
            case Activation.Relu:
                Activate<Relu>(sums, rows, units);
                break;
            case Activation.LeakyRelu:
                Activate<LeakyRelu>(sums, rows, units);
                break;
            case Activation.Sigmoid:
                Activate<Sigmoid>(sums, rows, units);
                break;
            default:
                Activate<Tanh>(sums, rows, units);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Activate(Matrix sums, Matrix slopes, Matrix? kept, int rows, int units, Activation activation)
    {
        switch (activation)
        {
            case Activation.Relu:
                Activate<Relu>(sums, slopes, rows, units);
                break;
            case Activation.LeakyRelu:
                Activate<LeakyRelu>(sums, slopes, rows, units);
                break;
            case Activation.Sigmoid:
                Activate<Sigmoid>(sums, slopes, rows, units);
                break;
            default:
                Activate<Tanh>(sums, slopes, rows, units);
                break;
        }

        if (kept is { } factors)
        {
            Scale(sums, factors, rows, units);
            Scale(slopes, factors, rows, units);
            EndRows(sums, rows, units);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate<TCurve>(Matrix sums, int rows, int units)
        where TCurve : struct, ICurve
    {
        for (var row = 0; row < rows; row++)
        {
            ref var values = ref MemoryMarshal.GetReference(sums[row]);
            for (nint column = 0; column < units; column += TLanes.Count)
            {
                ref var at = ref Unsafe.Add(ref values, column);
                TLanes.Store(TCurve.Value(TLanes.Load(ref at)), ref at);
            }
        }

        EndRows(sums, rows, units);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate<TCurve>(Matrix sums, Matrix slopes, int rows, int units)
        where TCurve : struct, ICurve
    {
        for (var row = 0; row < rows; row++)
        {
            ref var values = ref MemoryMarshal.GetReference(sums[row]);
            ref var slopeRow = ref MemoryMarshal.GetReference(slopes[row]);
            for (nint column = 0; column < units; column += TLanes.Count)
            {
                ref var at = ref Unsafe.Add(ref values, column);
                var sum = TLanes.Load(ref at);
                var value = TCurve.Value(sum);
                TLanes.Store(value, ref at);
                TLanes.Store(TCurve.Slope(sum, value), ref Unsafe.Add(ref slopeRow, column));
            }
        }

        EndRows(sums, rows, units);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(Matrix values, Matrix factors, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            ref var to = ref MemoryMarshal.GetReference(values[row]);
            ref var by = ref MemoryMarshal.GetReference(factors[row]);
            for (nint column = 0; column < columns; column += TLanes.Count)
            {
                ref var at = ref Unsafe.Add(ref to, column);
                TLanes.Store(TLanes.Multiply(TLanes.Load(ref at), TLanes.Load(ref Unsafe.Add(ref by, column))), ref at);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Classes are few, so a row is taken four at a time whatever the machine could do.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softmax(Matrix logits, int rows, int classes, Span<double> logNormalizers)
    {
        for (var row = 0; row < rows; row++)
        {
            var values = logits[row][..classes];
            ref var start = ref MemoryMarshal.GetReference(values);
            var largest = start;
            foreach (var value in values)
            {
                largest = value > largest ? value : largest;
            }

            var shift = Vector128.Create(largest);
            for (nint column = 0; column < classes; column += Vector128<float>.Count)
            {
                ref var at = ref Unsafe.Add(ref start, column);
                Vector128.Exp(Vector128.LoadUnsafe(ref at) - shift).StoreUnsafe(ref at);
            }

            var sum = 0f;
            foreach (var value in values)
            {
                sum += value;
            }

            var share = 1 / sum;
            foreach (ref var value in values)
            {
                value *= share;
            }

            if (!logNormalizers.IsEmpty)
            {
                logNormalizers[row] = largest + Math.Log(sum);
            }
        }
    }

    // After the last unit stands the 1 that the next layer's biases multiply, then zeros. A product whose last vector
    // reaches past the last unit has overwritten them.
    private static void EndRows(Matrix values, int rows, int units)
    {
        if (units % TLanes.Count == 0)
        {
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            var end = values[row][units..];
            end.Clear();
            end[0] = 1;
        }
    }

    private readonly struct Relu : ICurve
    {
        public static TVector Value(TVector sum) => TLanes.WhereNotPositive(sum, default, sum);

        public static TVector Slope(TVector sum, TVector value) =>
            TLanes.WhereNotPositive(sum, default, TLanes.Fill(1));
    }

    private readonly struct LeakyRelu : ICurve
    {
        public static TVector Value(TVector sum) =>
            TLanes.WhereNotPositive(sum, TLanes.Multiply(sum, TLanes.Fill(Leak)), sum);

        public static TVector Slope(TVector sum, TVector value) =>
            TLanes.WhereNotPositive(sum, TLanes.Fill(Leak), TLanes.Fill(1));
    }

    private readonly struct Sigmoid : ICurve
    {
        public static TVector Value(TVector sum) =>
            TLanes.Divide(TLanes.Fill(1), TLanes.Add(TLanes.Fill(1), TLanes.Exp(TLanes.Subtract(default, sum))));

        public static TVector Slope(TVector sum, TVector value) =>
            TLanes.Multiply(value, TLanes.Subtract(TLanes.Fill(1), value));
    }

    // tanh x = 1 − 2 / (e^2x + 1)
    private readonly struct Tanh : ICurve
    {
        public static TVector Value(TVector sum) =>
            TLanes.Subtract(
                TLanes.Fill(1),
                TLanes.Divide(TLanes.Fill(2), TLanes.Add(TLanes.Exp(TLanes.Add(sum, sum)), TLanes.Fill(1)))
            );

        public static TVector Slope(TVector sum, TVector value) =>
            TLanes.Subtract(TLanes.Fill(1), TLanes.Multiply(value, value));
    }
}
