using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>The arithmetic of learning: matrix products, activations, softmax and weight updates.</summary>
/// <remarks>
/// One text, compiled once per vector width. Every element of a product is one sum taken in one order, whatever the
/// width and whatever stands in the neighbouring rows, so a row's result does not depend on its batch, and machines
/// that can multiply and add with one rounding agree to the last bit.
/// </remarks>
internal abstract class Kernels
{
    /// <summary>The widest this machine is fast at; chosen once.</summary>
    public static Kernels Best { get; } = Supported().First();

    /// <summary>Short name of the instruction set.</summary>
    public abstract string Name { get; }

    /// <summary>Every width this machine has instructions for, widest first; the last is scalar.</summary>
    public static IEnumerable<Kernels> Supported()
    {
        if (Vector512.IsHardwareAccelerated)
        {
            yield return new Kernels<Lanes512, Vector512<float>>();
        }

        if (Vector256.IsHardwareAccelerated)
        {
            yield return new Kernels<Lanes256, Vector256<float>>();
        }

        if (Vector128.IsHardwareAccelerated)
        {
            yield return new Kernels<Lanes128, Vector128<float>>();
        }

        yield return new Kernels<ScalarLane, float>();
    }

    /// <summary>product = left · right, or leftᵀ · right; or that on top of what the product holds.</summary>
    /// <param name="left">rows × depth, or depth × rows when transposed.</param>
    /// <param name="transposed">Whether to read <paramref name="left"/> by columns.</param>
    /// <param name="right">depth × columns.</param>
    /// <param name="product">rows × columns; rows are written up to the next multiple of
    /// <see cref="Matrix.RowBlock"/>, columns up to the next whole vector.</param>
    /// <param name="onTop">Whether to add to what is there.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="depth">Length of each sum.</param>
    /// <param name="columns">Columns of the product.</param>
    public abstract void Multiply(
        Matrix left,
        bool transposed,
        Matrix right,
        Matrix product,
        bool onTop,
        int rows,
        int depth,
        int columns
    );

    /// <summary>Replaces each sum by its activation; after the last unit stays the 1 that biases are multiplied by.</summary>
    public abstract void Activate(Matrix sums, int rows, int units, Activation activation);

    /// <summary>As <see cref="Activate(Matrix, int, int, Activation)"/>, and keeps the slope at each sum.</summary>
    /// <param name="sums">Sums in, activations out.</param>
    /// <param name="slopes">Derivative of each activation, as <paramref name="kept"/> scales it.</param>
    /// <param name="kept">What dropout multiplies each unit by, or null.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="units">Columns.</param>
    /// <param name="activation">The function.</param>
    public abstract void Activate(Matrix sums, Matrix slopes, Matrix? kept, int rows, int units, Activation activation);

    /// <summary>Puts some rows of a matrix side by side.</summary>
    /// <param name="rows">Where to take them from.</param>
    /// <param name="order">Which to take.</param>
    /// <param name="gathered">Gets them, in that order; as wide as <paramref name="rows"/>.</param>
    public abstract void Gather(Matrix rows, ReadOnlySpan<int> order, Matrix gathered);

    /// <summary>values = values ∘ factors, element by element.</summary>
    public abstract void Scale(Matrix values, Matrix factors, int rows, int columns);

    /// <summary>Replaces each row of logits by its probabilities: e^(z − max) / Σ e^(z − max).</summary>
    /// <param name="logits">Logits in, probabilities out; the padding means nothing afterwards.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="classes">Columns.</param>
    /// <param name="logNormalizers">Gets max + ln Σ e^(z − max) of each row, of which a logit is taken to give −ln p;
    /// empty if not wanted.</param>
    public abstract void Softmax(Matrix logits, int rows, int classes, Span<double> logNormalizers);

    /// <summary>One step of Adam or AdamW.</summary>
    public abstract void Adam(in UpdateOperands operands, in AdamStep step);

    /// <summary>One step of gradient descent with momentum.</summary>
    public abstract void Momentum(in UpdateOperands operands, in MomentumStep step);

    /// <summary>One step of RMSprop.</summary>
    public abstract void RmsProp(in UpdateOperands operands, in RmsPropStep step);
}
