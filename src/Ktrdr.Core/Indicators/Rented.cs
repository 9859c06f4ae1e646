using System.Buffers;

namespace Ktrdr.Core;

/// <summary>A buffer borrowed for one computation and given back at its end. What it holds at first is anyone's guess.</summary>
internal readonly ref struct Rented<T>
    where T : struct
{
    private readonly T[] _array;
    private readonly int _length;

    public Rented(int length) => (_array, _length) = (ArrayPool<T>.Shared.Rent(length), length);

    public Span<T> Span => _array.AsSpan(0, _length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
