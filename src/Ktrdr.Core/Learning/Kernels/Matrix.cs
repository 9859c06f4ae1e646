using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>Rows of floats, each row padded to whole vectors, that the kernels read and write.</summary>
/// <remarks>The padding is the same for every instruction set, so a layout never depends on the machine.</remarks>
internal readonly struct Matrix
{
    /// <summary>A row is a multiple of this many floats: the widest vector, one cache line.</summary>
    public const int Lane = 16;

    /// <summary>Rows are computed this many at a time, so there is always room for a multiple of it.</summary>
    public const int RowBlock = 4;

    private readonly float[] _store;
    private readonly int _offset;

    private Matrix(float[] store, int offset, int rows, int stride) =>
        (_store, _offset, Rows, Stride) = (store, offset, rows, stride);

    /// <summary>Rows there is room for.</summary>
    public int Rows { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>The first float; kernels go from here unchecked, having checked the shapes.</summary>
    public ref float Start => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_store), _offset);

    /// <summary>All rows with their padding.</summary>
    public Span<float> All => _store.AsSpan(_offset, Rows * Stride);

    /// <summary>One row with its padding.</summary>
    public Span<float> this[int row] => _store.AsSpan(_offset + (row * Stride), Stride);

    /// <summary>Zeros that start on a cache line, for work that is done many times over.</summary>
    /// <remarks>The array is pinned, so that the line it starts on stays the same.</remarks>
    public static Matrix Aligned(int rows, int columns)
    {
        var (padded, stride) = (PadRows(rows), PadColumns(columns));
        var store = GC.AllocateArray<float>((padded * stride) + Lane, pinned: true);
        var pastLine = Marshal.UnsafeAddrOfPinnedArrayElement(store, 0) % (Lane * sizeof(float));
        var offset = pastLine == 0 ? 0 : Lane - (int)(pastLine / sizeof(float));
        return new Matrix(store, offset, padded, stride);
    }

    /// <summary>Zeros wherever the heap has room, for work that is done once.</summary>
    public static Matrix Brief(int rows, int columns)
    {
        var (padded, stride) = (PadRows(rows), PadColumns(columns));
        return new Matrix(new float[padded * stride], 0, padded, stride);
    }

    /// <summary>Some of the floats, seen as a matrix of their own.</summary>
    public Matrix Slice(int start, int rows, int stride) =>
        start + (rows * stride) <= Rows * Stride
            ? new Matrix(_store, _offset + start, rows, stride)
            : throw new ArgumentOutOfRangeException(nameof(rows), rows, "The slice reaches past the matrix.");

    /// <summary>The next multiple of <see cref="Lane"/>.</summary>
    public static int PadColumns(int columns) => (columns + Lane - 1) / Lane * Lane;

    /// <summary>The next multiple of <see cref="RowBlock"/>.</summary>
    public static int PadRows(int rows) => (rows + RowBlock - 1) / RowBlock * RowBlock;
}
