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

    /// <summary>values = f(inputs · weights): what a layer makes of its inputs; after the last unit stands the 1 that the
    /// next layer's biases are multiplied by.</summary>
    /// <param name="inputs">rows × depth.</param>
    /// <param name="weights">depth × units.</param>
    /// <param name="values">Gets rows × units.</param>
    /// <param name="activation">f.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">Inputs of the layer, with the 1 of its biases.</param>
    /// <param name="units">Units of the layer.</param>
    public abstract void Forward(
        Matrix inputs,
        Matrix weights,
        Matrix values,
        Activation activation,
        int rows,
        int depth,
        int units
    );

    /// <summary>below = (deltas · weightsᵀ) ∘ f′: what a layer's derivatives mean for the sums of the layer below.</summary>
    /// <param name="deltas">rows × depth: the loss by the layer's sums.</param>
    /// <param name="transposedWeights">depth × units.</param>
    /// <param name="below">Gets rows × units: the loss by the sums below.</param>
    /// <param name="values">rows × units: the values below, of which f′ is taken.</param>
    /// <param name="unscale">What to multiply the values by to have f's own, not those that dropout scaled.</param>
    /// <param name="activation">f.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">Units of the layer.</param>
    /// <param name="units">Units of the layer below.</param>
    public abstract void Backward(
        Matrix deltas,
        Matrix transposedWeights,
        Matrix below,
        Matrix values,
        float unscale,
        Activation activation,
        int rows,
        int depth,
        int units
    );

    /// <summary>Puts some rows of a matrix side by side.</summary>
    /// <param name="rows">Where to take them from.</param>
    /// <param name="order">Which to take.</param>
    /// <param name="gathered">Gets them, in that order; as wide as <paramref name="rows"/>.</param>
    public abstract void Gather(Matrix rows, ReadOnlySpan<int> order, Matrix gathered);

    /// <summary>As <see cref="Scale"/>, of a layer's values, after whose last unit the 1 of the biases stays.</summary>
    public abstract void Drop(Matrix values, Matrix kept, int rows, int units);

    /// <summary>values = values ∘ factors, element by element.</summary>
    public abstract void Scale(Matrix values, Matrix factors, int rows, int columns);

    /// <summary>Replaces each row of logits by its probabilities: e^(z − max) / Σ e^(z − max).</summary>
    /// <param name="logits">Logits in, probabilities out; the padding means nothing afterwards.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="classes">Columns.</param>
    public abstract void Softmax(Matrix logits, int rows, int classes);

    /// <summary>Σ w·(−ln p) of the rows' right classes, and its derivative by the logits.</summary>
    /// <param name="logits">Logits.</param>
    /// <param name="labels">The right class of each row.</param>
    /// <param name="classes">Columns.</param>
    /// <param name="weights">w of each class; empty for 1.</param>
    /// <param name="scales">What a row's derivative p − 1ᵧ is multiplied by, for each class y.</param>
    /// <param name="derivative">Gets the derivative.</param>
    /// <returns>The sum in nats, and how many rows have their largest logit, the first of equals, at the right class.</returns>
    public abstract (double Loss, int Hits) CrossEntropy(
        Matrix logits,
        ReadOnlySpan<int> labels,
        int classes,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> scales,
        Matrix derivative
    );

    /// <summary>One step of Adam or AdamW.</summary>
    public abstract void Adam(in UpdateOperands operands, in AdamStep step);

    /// <summary>One step of gradient descent with momentum.</summary>
    public abstract void Momentum(in UpdateOperands operands, in MomentumStep step);

    /// <summary>One step of RMSprop.</summary>
    public abstract void RmsProp(in UpdateOperands operands, in RmsPropStep step);
}
