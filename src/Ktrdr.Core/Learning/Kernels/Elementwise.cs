using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>Activations: what happens to each sum by itself.</summary>
internal sealed partial class Kernels<TLanes, TVector>
{
    private const float Leak = 0.01f;

    private interface ICurve
    {
        static abstract TVector Value(TVector sum);

        /// <summary>The derivative where the curve has this value.</summary>
        static abstract TVector Slope(TVector value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gather(Matrix rows, ReadOnlySpan<int> order, Matrix gathered)
    {
        if (rows.Stride != gathered.Stride || gathered.Rows < order.Length)
        {
            throw new ArgumentException(
                $"{order.Length} rows of {rows.Stride} floats do not fit where they should go."
            );
        }

        ref var to = ref gathered.Start;
        foreach (var row in order)
        {
            ref var from = ref MemoryMarshal.GetReference(rows[row]);
            for (nint column = 0; column < rows.Stride; column += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(ref Unsafe.Add(ref from, column)), ref Unsafe.Add(ref to, column));
            }

            to = ref Unsafe.Add(ref to, gathered.Stride);
        }
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
    public override void Drop(Matrix values, Matrix kept, int rows, int units)
    {
        Scale(values, kept, rows, units);
        EndRows(values, rows, units);
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

        public static TVector Slope(TVector value) => TLanes.WhereNotPositive(value, default, TLanes.Fill(1));
    }

    private readonly struct LeakyRelu : ICurve
    {
        public static TVector Value(TVector sum) =>
            TLanes.WhereNotPositive(sum, TLanes.Multiply(sum, TLanes.Fill(Leak)), sum);

        public static TVector Slope(TVector value) => TLanes.WhereNotPositive(value, TLanes.Fill(Leak), TLanes.Fill(1));
    }

    private readonly struct Sigmoid : ICurve
    {
        public static TVector Value(TVector sum) =>
            TLanes.Divide(TLanes.Fill(1), TLanes.Add(TLanes.Fill(1), TLanes.Exp(TLanes.Subtract(default, sum))));

        public static TVector Slope(TVector value) => TLanes.Multiply(value, TLanes.Subtract(TLanes.Fill(1), value));
    }

    // tanh x = 1 − 2 / (e^2x + 1)
    private readonly struct Tanh : ICurve
    {
        public static TVector Value(TVector sum) =>
            TLanes.Subtract(
                TLanes.Fill(1),
                TLanes.Divide(TLanes.Fill(2), TLanes.Add(TLanes.Exp(TLanes.Add(sum, sum)), TLanes.Fill(1)))
            );

        public static TVector Slope(TVector value) => TLanes.Subtract(TLanes.Fill(1), TLanes.Multiply(value, value));
    }
}
