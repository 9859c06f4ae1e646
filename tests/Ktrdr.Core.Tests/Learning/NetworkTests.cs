namespace Ktrdr.Core.Tests;

public sealed class NetworkTests
{
    private static readonly NetworkShape Shape = new(5, [19, 8], 3, Activation.Tanh);

    // Two inputs, two relu units, two outputs: hidden (1·2 + 2·3 − 1, −1·2 + 1·3 + 0) = (7, 1), logits
    // (7 − 1 + 0.5, 0·7 + 2·1 − 0.5) = (6.5, 1.5), probabilities 1/(1 + e^−5) and the rest.
    [Fact]
    public void Matches_the_hand_calculation()
    {
        float[] weights = [1, 2, -1, 1, -1, 0, 1, -1, 0, 2, 0.5f, -0.5f];
        var network = new Network(new NetworkShape(2, [2], 2, Activation.Relu), weights);
        var (logits, probabilities) = (new float[2], new float[2]);

        network.Logits([2, 3], 1, logits);
        network.Probabilities([2, 3], 1, probabilities);

        Assert.Equal([6.5f, 1.5f], logits);
        Assert.Equal(1 / (1 + Math.Exp(-5)), probabilities[0], 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(5)), probabilities[1], 1e-6);
        Assert.Equal(weights, network.Weights.ToArray());
    }

    [Fact]
    public void A_row_means_the_same_in_every_batch()
    {
        var rows = Train.Slanted(203, seed: 7);
        var network = Network.Initial(Shape, new Seed(1));
        var together = new float[203 * 3];
        network.Probabilities(rows.Features.Span, 203, together);

        foreach (var size in new[] { 1, 2, 5, 64, 100 })
        {
            var apart = new float[203 * 3];
            for (var start = 0; start < 203; start += size)
            {
                var count = Math.Min(size, 203 - start);
                network.Probabilities(rows.Features.Span[(start * 5)..], count, apart.AsSpan(start * 3));
            }

            Assert.Equal(together, apart);
        }
    }

    [Fact]
    public void The_most_probable_class_is_the_answer()
    {
        var rows = Train.Slanted(70, seed: 7);
        var network = Network.Initial(Shape, new Seed(1));
        var (probabilities, classes) = (new float[210], new int[70]);
        network.Probabilities(rows.Features.Span, 70, probabilities);
        network.Classify(rows.Features.Span, 70, classes);

        Assert.Equal(probabilities.Chunk(3).Select(row => Array.IndexOf(row, row.Max())), classes);
    }

    [Fact]
    public void A_seed_decides_the_initial_weights()
    {
        var weights = Network.Initial(Shape, new Seed(1)).Weights.ToArray();

        Assert.Equal(weights, Network.Initial(Shape, new Seed(1)).Weights.ToArray());
        Assert.NotEqual(weights, Network.Initial(Shape, new Seed(2)).Weights.ToArray());
    }

    [Theory]
    [InlineData(Activation.Relu, 6.0 / 100)]
    [InlineData(Activation.Sigmoid, 6.0 / 300)]
    public void Initial_weights_fill_their_range_and_biases_are_zero(Activation activation, double reachSquared)
    {
        var network = Network.Initial(new NetworkShape(100, [200], 3, activation), new Seed(1));
        var hidden = network.Weights[..20_000].ToArray();

        Assert.Equal(Math.Sqrt(reachSquared), hidden.Max(), 0.001);
        Assert.Equal(-Math.Sqrt(reachSquared), hidden.Min(), 0.001);
        Assert.All(network.Weights[20_000..20_200].ToArray(), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void An_untrained_network_gives_each_class_about_the_same()
    {
        var network = Network.Initial(new NetworkShape(18, [64, 32], 3, Activation.Relu), new Seed(1));
        var chance = new Seed(2).For("rows");
        var rows = Enumerable.Range(0, 18 * 500).Select(_ => chance.NextSingle()).ToArray();
        var labels = Enumerable.Range(0, 500).Select(row => row % 3).ToArray();

        Assert.Equal(Math.Log(3), CrossEntropy.Of(network, new LabelledRows(rows, 18, labels)), 0.02);
    }

    [Fact]
    public void Weights_of_another_shape_are_refused() =>
        Assert.Contains(
            "301 weights and biases, but 300",
            Assert.Throws<ArgumentException>(() => new Network(Shape, new float[300])).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Rows_that_are_not_there_are_refused() =>
        Assert.Throws<ArgumentException>(() =>
            Network.Initial(Shape, new Seed(1)).Logits(new float[9], 2, new float[6])
        );
}
