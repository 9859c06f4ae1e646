namespace Ktrdr.Core.Tests;

/// <summary>Every instruction set that this machine has, against the scalar one and against plain doubles.</summary>
public sealed class KernelTests
{
    public static TheoryData<string> InstructionSets => [.. Kernels.Supported().Select(kernels => kernels.Name)];

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_product_is_the_sum_of_products(string name)
    {
        var kernels = Named(name);
        foreach (var (rows, depth, columns) in new[] { (1, 1, 1), (3, 5, 3), (32, 19, 64), (7, 65, 33), (20, 8, 96) })
        {
            var (left, right) = (Filled(rows, depth, 1), Filled(depth, columns, 2));
            var leftTransposed = Matrix.Aligned(depth, rows);
            for (var row = 0; row < rows; row++)
            {
                for (var term = 0; term < depth; term++)
                {
                    leftTransposed[term][row] = left[row][term];
                }
            }

            var (product, other) = (Matrix.Aligned(rows, columns), Matrix.Aligned(rows, columns));
            kernels.Multiply(left, false, right, product, false, rows, depth, columns);
            kernels.Multiply(leftTransposed, true, right, other, false, rows, depth, columns);

            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    var expected = 0d;
                    for (var term = 0; term < depth; term++)
                    {
                        expected += (double)left[row][term] * right[term][column];
                    }

                    Assert.Equal(expected, product[row][column], 1e-5);
                    Assert.Equal(product[row][column], other[row][column]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_product_on_top_adds_to_what_is_there(string name)
    {
        foreach (var (rows, depth, columns) in new[] { (3, 5, 3), (20, 7, 32), (12, 9, 80) })
        {
            var (left, right) = (Filled(rows, depth, 1), Filled(depth, columns, 2));
            var (alone, onTop) = (Matrix.Aligned(rows, columns), Filled(rows, columns, 3));
            var before = Filled(rows, columns, 3);
            Named(name).Multiply(left, false, right, alone, false, rows, depth, columns);
            Named(name).Multiply(left, false, right, onTop, true, rows, depth, columns);

            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    Assert.Equal(before[row][column] + alone[row][column], onTop[row][column], 1e-5f);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Rows_are_gathered_in_the_order_asked_for(string name)
    {
        var (rows, gathered) = (Filled(9, 21, 1), Matrix.Aligned(3, 21));

        Named(name).Gather(rows, [7, 0, 7], gathered);

        Assert.Equal(rows[7].ToArray(), gathered[0].ToArray());
        Assert.Equal(rows[0].ToArray(), gathered[1].ToArray());
        Assert.Equal(rows[7].ToArray(), gathered[2].ToArray());
    }

    [Fact]
    public void A_product_that_does_not_fit_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            Kernels.Best.Multiply(Filled(4, 4, 1), false, Filled(4, 4, 2), Matrix.Aligned(4, 4), false, 5, 4, 4)
        );

    [Theory]
    [InlineData(Activation.Relu, OptimizerKind.Adam)]
    [InlineData(Activation.LeakyRelu, OptimizerKind.AdamW)]
    [InlineData(Activation.Sigmoid, OptimizerKind.RmsProp)]
    [InlineData(Activation.Tanh, OptimizerKind.Sgd)]
    public void Every_instruction_set_trains_the_same_network(Activation activation, OptimizerKind optimizer)
    {
        var rows = Train.Slanted(150, seed: 3);
        var start = Network.Initial(new NetworkShape(5, [19, 8], 3, activation), new Seed(5));
        var plan = new TrainingPlan
        {
            Epochs = 3,
            Optimizer = optimizer,
            WeightDecay = 0.01,
            GradientClip = 0.3,
            Dropout = 0.25,
            BalanceClasses = true,
        };
        float[] By(Kernels kernels) =>
            Trainer
                .Train(start, rows, Train.NoRows(5), plan, new Seed(1), _ => { }, null, kernels, CancellationToken.None)
                .Network.Weights.ToArray();

        var scalar = By(Kernels.Supported().Last());

        foreach (var kernels in Kernels.Supported())
        {
            Assert.Equal(scalar, By(kernels));
        }
    }

    [Fact]
    public void The_widest_is_chosen_and_the_scalar_one_is_always_there()
    {
        Assert.Equal(Kernels.Supported().First().Name, Kernels.Best.Name);
        Assert.Equal("scalar", Kernels.Supported().Last().Name);
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_layer_activates_its_sums_and_leaves_the_one_of_the_biases(string name)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            foreach (var (rows, depth, units) in new[] { (1, 3, 2), (9, 20, 16), (32, 19, 70) })
            {
                var (inputs, weights) = (Filled(rows, depth, 1), Filled(depth, units, 2));
                var values = Matrix.Aligned(rows, units + 1);
                for (var row = 0; row < rows; row++)
                {
                    values[row][units] = 1;
                }

                Named(name).Forward(inputs, weights, values, activation, rows, depth, units);

                for (var row = 0; row < rows; row++)
                {
                    Assert.Equal(1, values[row][units]);
                    for (var unit = 0; unit < units; unit++)
                    {
                        var expected = Curve(activation, Sum(inputs, weights, row, unit, depth)).Value;
                        Assert.Equal(expected, values[row][unit], 1e-5);
                    }
                }
            }
        }
    }

    // A value of 1.25 times the curve's own is what dropout of a fifth leaves.
    [Theory]
    [InlineData(1f)]
    [InlineData(1.25f)]
    public void What_comes_back_is_multiplied_by_the_slope_at_the_curves_own_value(float scale)
    {
        var (rows, depth, units) = (9, 5, 21);
        var (deltas, weights, sums) = (Filled(rows, depth, 1), Filled(depth, units, 2), Filled(rows, units, 3));
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var values = Matrix.Aligned(rows, units + 1);
            for (var row = 0; row < rows; row++)
            {
                for (var unit = 0; unit < units; unit++)
                {
                    values[row][unit] = (float)(scale * Curve(activation, sums[row][unit]).Value);
                }
            }

            foreach (var kernels in Kernels.Supported())
            {
                var below = Matrix.Aligned(rows, units);
                kernels.Backward(deltas, weights, below, values, 1 / scale, activation, rows, depth, units);

                for (var row = 0; row < rows; row++)
                {
                    for (var unit = 0; unit < units; unit++)
                    {
                        var slope = Curve(activation, sums[row][unit]).Slope;
                        Assert.Equal(Sum(deltas, weights, row, unit, depth) * slope, below[row][unit], 1e-6);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Large_logits_do_not_overflow(string name)
    {
        var (logits, derivative) = (Matrix.Aligned(1, 3), Matrix.Aligned(1, 3));
        new[] { 1000f, 999, -1000 }.CopyTo(logits[0]);

        var (loss, hits) = Named(name).CrossEntropy(logits, [1], 3, [], [1, 1, 1], derivative);
        Named(name).Softmax(logits, 1, 3);

        Assert.Equal(1 / (1 + Math.Exp(-1)), logits[0][0], 1e-6);
        Assert.Equal(1, logits[0][..3].ToArray().Sum(), 1e-6);
        Assert.Equal(1 + Math.Log(1 + Math.Exp(-1)), loss, 1e-4);
        Assert.Equal((1 / (1 + Math.E)) - 1, derivative[0][1], 1e-6);
        Assert.Equal(0, hits);
    }

    // More rows than are turned at a time, and more classes than are turned on the stack.
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Softmax_and_cross_entropy_are_those_of_plain_doubles(string name)
    {
        foreach (var (rows, classes) in new[] { (1, 2), (16, 3), (37, 5), (20, 70) })
        {
            var (logits, probabilities) = (Filled(rows, classes, 1), Filled(rows, classes, 1));
            var labels = Enumerable.Range(0, rows).Select(row => row * 7 % classes).ToArray();
            var weights = Enumerable.Range(1, classes).Select(index => 1f / index).ToArray();
            var scales = Enumerable.Range(1, classes).Select(index => 0.1f * index).ToArray();
            var derivative = Matrix.Aligned(rows, classes);

            var plain = Named(name).CrossEntropy(logits, labels, classes, [], scales, derivative);
            var weighted = Named(name).CrossEntropy(logits, labels, classes, weights, scales, derivative);
            Named(name).Softmax(probabilities, rows, classes);

            var (loss, weightedLoss, hits) = (0d, 0d, 0);
            for (var row = 0; row < rows; row++)
            {
                var powers = logits[row][..classes].ToArray().Select(logit => Math.Exp(logit)).ToArray();
                var label = labels[row];
                loss -= Math.Log(powers[label] / powers.Sum());
                weightedLoss -= weights[label] * Math.Log(powers[label] / powers.Sum());
                hits += Array.IndexOf(powers, powers.Max()) == label ? 1 : 0;
                for (var index = 0; index < classes; index++)
                {
                    var probability = powers[index] / powers.Sum();
                    var expected = scales[label] * (probability - (index == label ? 1 : 0));
                    Assert.Equal(probability, probabilities[row][index], 1e-6);
                    Assert.Equal(expected, derivative[row][index], 1e-6);
                }
            }

            Assert.Equal(loss, plain.Loss, 1e-5 * rows);
            Assert.Equal(weightedLoss, weighted.Loss, 1e-5 * rows);
            Assert.Equal((hits, hits), (plain.Hits, weighted.Hits));
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Of_equal_logits_the_first_leads(string name)
    {
        var logits = Matrix.Aligned(2, 3);
        new[] { 0f, 2, 2 }.CopyTo(logits[0]);
        new[] { 0f, 2, 2 }.CopyTo(logits[1]);

        Assert.Equal(1, Named(name).CrossEntropy(logits, [1, 2], 3, [], [1, 1, 1], Matrix.Aligned(2, 3)).Hits);
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void What_is_not_a_number_stays_visible(string name)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var (input, weights, values) = (Filled(1, 1, 1), Matrix.Aligned(1, 2), Matrix.Aligned(1, 3));
            (weights[0][1], values[0][2]) = (float.NaN, 1);

            Named(name).Forward(input, weights, values, activation, 1, 1, 2);

            Assert.Equal(float.NaN, values[0][1]);
            Assert.Equal(1, values[0][2]);
        }
    }

    private static double Sum(Matrix left, Matrix right, int row, int column, int depth)
    {
        var sum = 0d;
        for (var term = 0; term < depth; term++)
        {
            sum += (double)left[row][term] * right[term][column];
        }

        return sum;
    }

    private static (double Value, double Slope) Curve(Activation activation, double z) =>
        activation switch
        {
            Activation.Relu => (Math.Max(0, z), z > 0 ? 1 : 0),
            Activation.LeakyRelu => (z > 0 ? z : 0.01 * z, z > 0 ? 1 : 0.01),
            Activation.Sigmoid => (1 / (1 + Math.Exp(-z)), Math.Exp(-z) / Math.Pow(1 + Math.Exp(-z), 2)),
            _ => (Math.Tanh(z), 1 / Math.Pow(Math.Cosh(z), 2)),
        };

    private static Kernels Named(string name) => Kernels.Supported().First(kernels => kernels.Name == name);

    private static Matrix Filled(int rows, int columns, int seed)
    {
        var random = new Seed(seed).For("numbers");
        var matrix = Matrix.Aligned(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            foreach (ref var number in matrix[row][..columns])
            {
                number = random.NextSingle() - 0.5f;
            }
        }

        return matrix;
    }
}
