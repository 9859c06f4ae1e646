using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Ktrdr.Core;

/// <summary>What a kernel may ask of a vector of floats, whatever its width; one float is a vector of width 1.</summary>
/// <remarks>A kernel is written once against this and compiled once per width. Every operation treats each lane for
/// itself and rounds as IEEE 754 says, so a lane's result does not depend on how wide the vector is.</remarks>
/// <typeparam name="TVector">The vector.</typeparam>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Short name of the instruction set, as recorded with a model.</summary>
    static abstract string Name { get; }

    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are registers enough to hold sixteen sums at once.</summary>
    static abstract bool ManyRegisters { get; }

    static abstract TVector Load(ref float from);
    static abstract void Store(TVector value, ref float to);
    static abstract TVector Fill(float value);
    static abstract TVector Add(TVector left, TVector right);
    static abstract TVector Subtract(TVector left, TVector right);
    static abstract TVector Multiply(TVector left, TVector right);
    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left · right + addend, rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector SquareRoot(TVector value);
    static abstract TVector Exp(TVector value);
    static abstract TVector Log(TVector value);

    /// <summary>The larger; the second where one is NaN.</summary>
    static abstract TVector Larger(TVector first, TVector second);

    /// <summary>The value, or 0 where its magnitude is under <paramref name="smallest"/>; NaN stays.</summary>
    static abstract TVector DropBelow(TVector value, TVector smallest);

    /// <summary>The first where <paramref name="value"/> is at most 0, else the second; NaN takes the second.</summary>
    static abstract TVector WhereNotPositive(TVector value, TVector first, TVector second);
}

/// <summary>Sixteen floats at once.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<float>>
{
    public static string Name => "avx512";
    public static int Count => 16;
    public static bool ManyRegisters => true;

    public static Vector512<float> Load(ref float from) => Vector512.LoadUnsafe(ref from);

    public static void Store(Vector512<float> value, ref float to) => value.StoreUnsafe(ref to);

    public static Vector512<float> Fill(float value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    public static Vector512<float> Divide(Vector512<float> left, Vector512<float> right) => left / right;

    public static Vector512<float> MultiplyAdd(
        Vector512<float> left,
        Vector512<float> right,
        Vector512<float> addend
    ) => Vector512.MultiplyAddEstimate(left, right, addend);

    public static Vector512<float> SquareRoot(Vector512<float> value) => Vector512.Sqrt(value);

    public static Vector512<float> Exp(Vector512<float> value) => Vector512.Exp(value);

    public static Vector512<float> Log(Vector512<float> value) => Vector512.Log(value);

    public static Vector512<float> Larger(Vector512<float> first, Vector512<float> second) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(first, second), first, second);

    public static Vector512<float> DropBelow(Vector512<float> value, Vector512<float> smallest) =>
        Vector512.AndNot(value, Vector512.LessThan(Vector512.Abs(value), smallest));

    public static Vector512<float> WhereNotPositive(
        Vector512<float> value,
        Vector512<float> first,
        Vector512<float> second
    ) => Vector512.ConditionalSelect(Vector512.LessThanOrEqual(value, Vector512<float>.Zero), first, second);
}

/// <summary>Eight floats at once.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<float>>
{
    public static string Name => "avx2";
    public static int Count => 8;
    public static bool ManyRegisters => false;

    public static Vector256<float> Load(ref float from) => Vector256.LoadUnsafe(ref from);

    public static void Store(Vector256<float> value, ref float to) => value.StoreUnsafe(ref to);

    public static Vector256<float> Fill(float value) => Vector256.Create(value);

    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    public static Vector256<float> Divide(Vector256<float> left, Vector256<float> right) => left / right;

    public static Vector256<float> MultiplyAdd(
        Vector256<float> left,
        Vector256<float> right,
        Vector256<float> addend
    ) => Vector256.MultiplyAddEstimate(left, right, addend);

    public static Vector256<float> SquareRoot(Vector256<float> value) => Vector256.Sqrt(value);

    public static Vector256<float> Exp(Vector256<float> value) => Vector256.Exp(value);

    public static Vector256<float> Log(Vector256<float> value) => Vector256.Log(value);

    public static Vector256<float> Larger(Vector256<float> first, Vector256<float> second) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(first, second), first, second);

    public static Vector256<float> DropBelow(Vector256<float> value, Vector256<float> smallest) =>
        Vector256.AndNot(value, Vector256.LessThan(Vector256.Abs(value), smallest));

    public static Vector256<float> WhereNotPositive(
        Vector256<float> value,
        Vector256<float> first,
        Vector256<float> second
    ) => Vector256.ConditionalSelect(Vector256.LessThanOrEqual(value, Vector256<float>.Zero), first, second);
}

/// <summary>Four floats at once.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<float>>
{
    public static string Name => AdvSimd.IsSupported ? "neon" : "sse";
    public static int Count => 4;
    public static bool ManyRegisters => AdvSimd.IsSupported;

    public static Vector128<float> Load(ref float from) => Vector128.LoadUnsafe(ref from);

    public static void Store(Vector128<float> value, ref float to) => value.StoreUnsafe(ref to);

    public static Vector128<float> Fill(float value) => Vector128.Create(value);

    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    public static Vector128<float> Subtract(Vector128<float> left, Vector128<float> right) => left - right;

    public static Vector128<float> Multiply(Vector128<float> left, Vector128<float> right) => left * right;

    public static Vector128<float> Divide(Vector128<float> left, Vector128<float> right) => left / right;

    public static Vector128<float> MultiplyAdd(
        Vector128<float> left,
        Vector128<float> right,
        Vector128<float> addend
    ) => Vector128.MultiplyAddEstimate(left, right, addend);

    public static Vector128<float> SquareRoot(Vector128<float> value) => Vector128.Sqrt(value);

    public static Vector128<float> Exp(Vector128<float> value) => Vector128.Exp(value);

    public static Vector128<float> Log(Vector128<float> value) => Vector128.Log(value);

    public static Vector128<float> Larger(Vector128<float> first, Vector128<float> second) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(first, second), first, second);

    public static Vector128<float> DropBelow(Vector128<float> value, Vector128<float> smallest) =>
        Vector128.AndNot(value, Vector128.LessThan(Vector128.Abs(value), smallest));

    public static Vector128<float> WhereNotPositive(
        Vector128<float> value,
        Vector128<float> first,
        Vector128<float> second
    ) => Vector128.ConditionalSelect(Vector128.LessThanOrEqual(value, Vector128<float>.Zero), first, second);
}

/// <summary>One float at a time, for a machine without vectors and for comparison.</summary>
internal readonly struct ScalarLane : ILanes<float>
{
    public static string Name => "scalar";
    public static int Count => 1;
    public static bool ManyRegisters => false;

    public static float Load(ref float from) => from;

    public static void Store(float value, ref float to) => to = value;

    public static float Fill(float value) => value;

    public static float Add(float left, float right) => left + right;

    public static float Subtract(float left, float right) => left - right;

    public static float Multiply(float left, float right) => left * right;

    public static float Divide(float left, float right) => left / right;

    public static float MultiplyAdd(float left, float right, float addend) =>
        float.MultiplyAddEstimate(left, right, addend);

    public static float SquareRoot(float value) => MathF.Sqrt(value);

    // The vectors' own exponential and logarithm, because the C library's round differently here and there.
    public static float Exp(float value) => Vector128.Exp(Vector128.CreateScalar(value)).ToScalar();

    public static float Log(float value) => Vector128.Log(Vector128.CreateScalar(value)).ToScalar();

    public static float Larger(float first, float second) => first > second ? first : second;

    public static float DropBelow(float value, float smallest) => MathF.Abs(value) < smallest ? 0 : value;

    public static float WhereNotPositive(float value, float first, float second) => value <= 0 ? first : second;
}
