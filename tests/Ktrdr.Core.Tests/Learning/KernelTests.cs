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
                .Train(start, rows, Train.NoRows(5), plan, new Seed(1), _ => { }, kernels, CancellationToken.None)
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
    public void Large_logits_do_not_overflow_the_softmax(string name)
    {
        var logits = Matrix.Aligned(1, 3);
        new[] { 1000f, 999, -1000 }.CopyTo(logits[0]);
        var normalizers = new double[1];

        Named(name).Softmax(logits, 1, 3, normalizers);

        Assert.Equal(1 / (1 + Math.Exp(-1)), logits[0][0], 1e-6);
        Assert.Equal(1000 + Math.Log(1 + Math.Exp(-1)), normalizers[0], 1e-4);
        Assert.Equal(1, logits[0][..3].ToArray().Sum(), 1e-6);
    }

    // More rows than are turned at a time, and more classes than are turned on the stack.
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_softmax_is_that_of_plain_doubles(string name)
    {
        foreach (var (rows, classes) in new[] { (1, 2), (16, 3), (37, 5), (20, 70) })
        {
            var (logits, expected) = (Filled(rows, classes, 1), Filled(rows, classes, 1));
            var normalizers = new double[rows];

            Named(name).Softmax(logits, rows, classes, normalizers);

            for (var row = 0; row < rows; row++)
            {
                var sum = 0d;
                foreach (var logit in expected[row][..classes])
                {
                    sum += Math.Exp(logit);
                }

                Assert.Equal(Math.Log(sum), normalizers[row], 1e-5);
                for (var index = 0; index < classes; index++)
                {
                    Assert.Equal(Math.Exp(expected[row][index]) / sum, logits[row][index], 1e-6);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void What_is_not_a_number_stays_visible(string name)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var sums = Matrix.Aligned(1, 3);
            (sums[0][1], sums[0][2]) = (float.NaN, 1);

            Named(name).Activate(sums, 1, 2, activation);

            Assert.Equal(float.NaN, sums[0][1]);
            Assert.Equal(1, sums[0][2]);
        }
    }

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
