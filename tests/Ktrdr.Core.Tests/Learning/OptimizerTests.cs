namespace Ktrdr.Core.Tests;

/// <summary>Steps worked by hand on one weight, from w = 1 with gradients 0.5 and −0.25 and learning rate 0.1.</summary>
public sealed class OptimizerTests
{
    // Adam. Step 1: m = 0.05, v = 0.00025; corrected 0.5 and 0.25, so w = 1 − 0.1·0.5/0.5 = 0.9.
    // Step 2: m = 0.045 − 0.025 = 0.02, v = 0.00024975 + 0.0000625 = 0.00031225; corrected 0.02/0.19 = 0.10526316 and
    // 0.00031225/0.001999 = 0.15620310, root 0.39522538, so w = 0.9 − 0.1·0.26633705 = 0.87336630.
    // AdamW with decay 0.1 first shrinks w by 1 − 0.1·0.1 = 0.99: 0.99 − 0.1 = 0.89, 0.8811 − 0.02663370 = 0.85446630.
    // SGD. Velocity 0.5, then 0.45 − 0.25 = 0.2: w = 0.95, 0.93.
    // RMSprop. v = 0.0025, root 0.05: w = 1 − 0.1·10 = 0; v = 0.002475 + 0.000625 = 0.0031, root 0.05567764,
    // w = 0 + 0.1·4.49013250 = 0.44901325.
    [Theory]
    [InlineData(OptimizerKind.Adam, 0, 0.9, 0.87336630)]
    [InlineData(OptimizerKind.AdamW, 0.1, 0.89, 0.85446630)]
    [InlineData(OptimizerKind.Sgd, 0, 0.95, 0.93)]
    [InlineData(OptimizerKind.RmsProp, 0, 0, 0.44901325)]
    public void Two_steps_match_the_hand_calculation(OptimizerKind kind, double decay, double first, double second)
    {
        foreach (var kernels in Kernels.Supported())
        {
            var walk = new Walk(kind, decay, kernels);
            Assert.Equal(first, walk.Step(0.5f), 2e-6);
            Assert.Equal(second, walk.Step(-0.25f), 2e-6);
        }
    }

    // Decay 0.2 adds 0.2·w to the gradient. SGD: 0.5 + 0.2 = 0.7, w = 0.93; then −0.25 + 0.186 = −0.064, velocity
    // 0.63 − 0.064 = 0.566, w = 0.8734. Adam's first step is the learning rate whatever the gradient, 0.9; then
    // g = −0.25 + 0.18 = −0.07, m = 0.063 − 0.007 = 0.056, v = 0.00048951 + 0.0000049 = 0.00049441; corrected
    // 0.29473684 and 0.24732866, root 0.49732148, so w = 0.9 − 0.05926485 = 0.84073515.
    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.93, 0.8734)]
    [InlineData(OptimizerKind.Adam, 0.9, 0.84073515)]
    public void Weight_decay_is_added_to_the_gradient(OptimizerKind kind, double first, double second)
    {
        var walk = new Walk(kind, 0.2, Kernels.Best);
        Assert.Equal(first, walk.Step(0.5f), 2e-6);
        Assert.Equal(second, walk.Step(-0.25f), 2e-6);
    }

    [Fact]
    public void A_gradient_is_clipped_to_its_largest_norm()
    {
        // Norm of (3, 4) is 5.
        var gradient = new float[64];
        (gradient[0], gradient[40]) = (3, 4);

        Assert.Equal(0.2f, Optimizer.ClipScale(gradient, 1), 1e-6f);
        Assert.Equal(1, Optimizer.ClipScale(gradient, 5.1));
        Assert.Equal(1, Optimizer.ClipScale(gradient, null));
        Assert.Equal(0.2f, Optimizer.ClipScale([3, 4], 1), 1e-6f);
    }

    [Fact]
    public void A_clipped_gradient_moves_the_weight_as_the_smaller_one_would() =>
        Assert.Equal(
            new Walk(OptimizerKind.Sgd, 0, Kernels.Best).Step(0.25f),
            new Walk(OptimizerKind.Sgd, 0, Kernels.Best).Step(0.5f, scale: 0.5f)
        );

    // Left alone they would shrink to about 1e-44 and stay there, where every step is many times slower.
    [Fact]
    public void Means_of_a_gradient_that_is_gone_become_zero()
    {
        foreach (var kernels in Kernels.Supported())
        {
            var (velocity, first, second, square) = (State(), State(), State(), State());
            for (var step = 0; step < 1200; step++)
            {
                kernels.Momentum(Operands(velocity, []), new MomentumStep(0.1f, 0.9f, 0));
                kernels.Adam(Operands(first, second), new AdamStep(0.1f, 1, 1e-8f, 0.9f, 0.1f, 0.9f, 0.1f, 0, 1));
                kernels.RmsProp(Operands([], square), new RmsPropStep(0.1f, 0.9f, 0.1f, 1e-8f, 0));
            }

            Assert.All([velocity, first, second, square], state => Assert.Equal(new float[16], state));
        }

        static float[] State() => [.. Enumerable.Repeat(1f, 16)];
        static UpdateOperands Operands(Span<float> first, Span<float> second) =>
            new()
            {
                Weights = new float[16],
                Gradient = new float[16],
                GradientScale = 1,
                First = first,
                Second = second,
            };
    }

    private sealed class Walk
    {
        private readonly Optimizer _optimizer;
        private readonly Matrix _weights;
        private readonly Matrix _gradient;

        public Walk(OptimizerKind kind, double decay, Kernels kernels)
        {
            var plan = new TrainingPlan
            {
                Optimizer = kind,
                LearningRate = 0.1,
                WeightDecay = decay,
            };
            var layout = new ParameterLayout(new NetworkShape(1, [], 2, Activation.Relu));
            _optimizer = Optimizer.For(plan, layout, kernels);
            (_weights, _gradient) = (layout.Allocate(), layout.Allocate());
            _weights.All[1] = 1;
        }

        public float Step(float gradient, float scale = 1)
        {
            _gradient.All[1] = gradient;
            _optimizer.Step(_weights, _gradient, scale);
            return _weights.All[1];
        }
    }
}
