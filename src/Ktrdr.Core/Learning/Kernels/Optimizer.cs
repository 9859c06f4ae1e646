using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>Moves weights down their gradient, and remembers what it needs to from step to step.</summary>
/// <remarks>Formulas and defaults are those of PyTorch's optimisers of the same names, biases included.</remarks>
internal abstract class Optimizer
{
    /// <summary>The optimiser a plan asks for, over parameters that lie as <paramref name="layout"/> says.</summary>
    public static Optimizer For(TrainingPlan plan, ParameterLayout layout, Kernels kernels) =>
        plan.Optimizer switch
        {
            OptimizerKind.Adam => new Adam(plan, layout, kernels, decoupled: false),
            OptimizerKind.AdamW => new Adam(plan, layout, kernels, decoupled: true),
            OptimizerKind.Sgd => new Sgd(plan, layout, kernels),
            OptimizerKind.RmsProp => new RmsProp(plan, layout, kernels),
            _ => throw new ArgumentOutOfRangeException(
                nameof(plan),
                plan.Optimizer,
                "There is no such optimiser; take Adam, AdamW, Sgd or RmsProp."
            ),
        };

    /// <summary>One step.</summary>
    /// <param name="weights">Changed in place.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="gradientScale">What to multiply the gradient by first.</param>
    public void Step(Matrix weights, Matrix gradient, float gradientScale)
    {
        Steps++;
        Move(weights, gradient, gradientScale);
    }

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; set; }

    /// <summary>What is remembered of each parameter from step to step.</summary>
    public abstract IReadOnlyList<Matrix> Memory { get; }

    private protected abstract void Move(Matrix weights, Matrix gradient, float gradientScale);

    /// <summary>What to multiply a gradient by so that its norm is at most <paramref name="limit"/>:
    /// limit / (‖g‖ + 1e-6), never above 1; 1 without a limit.</summary>
    public static float ClipScale(ReadOnlySpan<float> gradient, double? limit)
    {
        if (limit is not { } largest)
        {
            return 1;
        }

        // Four times sixteen running sums, whatever the machine's own width, so that the norm is the same everywhere.
        var (sum0, sum1) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (sum2, sum3) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (; gradient.Length >= 4 * Matrix.Lane; gradient = gradient[(4 * Matrix.Lane)..])
        {
            var (g0, g1) = (Vector512.Create(gradient), Vector512.Create(gradient[16..]));
            var (g2, g3) = (Vector512.Create(gradient[32..]), Vector512.Create(gradient[48..]));
            sum0 += g0 * g0;
            sum1 += g1 * g1;
            sum2 += g2 * g2;
            sum3 += g3 * g3;
        }

        var squares = 0d;
        var sums = sum0 + sum1 + (sum2 + sum3);
        for (var lane = 0; lane < Matrix.Lane; lane++)
        {
            squares += sums[lane];
        }

        foreach (var rest in gradient)
        {
            squares += (double)rest * rest;
        }

        return (float)Math.Min(1, largest / (Math.Sqrt(squares) + 1e-6));
    }

    private sealed class Adam(TrainingPlan plan, ParameterLayout layout, Kernels kernels, bool decoupled) : Optimizer
    {
        private const double FirstDecay = 0.9;
        private const double SecondDecay = 0.999;
        private readonly Matrix _first = layout.Allocate();
        private readonly Matrix _second = layout.Allocate();

        public override IReadOnlyList<Matrix> Memory => [_first, _second];

        private protected override void Move(Matrix weights, Matrix gradient, float gradientScale)
        {
            var step = new AdamStep(
                StepSize: (float)(plan.LearningRate / (1 - Math.Pow(FirstDecay, Steps))),
                SecondScale: (float)(1 / Math.Sqrt(1 - Math.Pow(SecondDecay, Steps))),
                Epsilon: 1e-8f,
                (float)FirstDecay,
                (float)(1 - FirstDecay),
                (float)SecondDecay,
                (float)(1 - SecondDecay),
                WeightDecay: decoupled ? 0 : (float)plan.WeightDecay,
                Shrink: decoupled ? (float)(1 - (plan.LearningRate * plan.WeightDecay)) : 1
            );
            kernels.Adam(
                new UpdateOperands
                {
                    Weights = weights.All,
                    Gradient = gradient.All,
                    GradientScale = gradientScale,
                    First = _first.All,
                    Second = _second.All,
                },
                step
            );
        }
    }

    private sealed class Sgd(TrainingPlan plan, ParameterLayout layout, Kernels kernels) : Optimizer
    {
        private readonly Matrix _velocity = layout.Allocate();

        public override IReadOnlyList<Matrix> Memory => [_velocity];

        private protected override void Move(Matrix weights, Matrix gradient, float gradientScale) =>
            kernels.Momentum(
                new UpdateOperands
                {
                    Weights = weights.All,
                    Gradient = gradient.All,
                    GradientScale = gradientScale,
                    First = _velocity.All,
                },
                new MomentumStep((float)plan.LearningRate, Momentum: 0.9f, (float)plan.WeightDecay)
            );
    }

    private sealed class RmsProp(TrainingPlan plan, ParameterLayout layout, Kernels kernels) : Optimizer
    {
        private readonly Matrix _second = layout.Allocate();

        public override IReadOnlyList<Matrix> Memory => [_second];

        private protected override void Move(Matrix weights, Matrix gradient, float gradientScale) =>
            kernels.RmsProp(
                new UpdateOperands
                {
                    Weights = weights.All,
                    Gradient = gradient.All,
                    GradientScale = gradientScale,
                    Second = _second.All,
                },
                new RmsPropStep(
                    (float)plan.LearningRate,
                    Decay: 0.99f,
                    Gain: 0.01f,
                    Epsilon: 1e-8f,
                    (float)plan.WeightDecay
                )
            );
    }
}
