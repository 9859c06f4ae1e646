namespace Ktrdr.Core.Tests;

public sealed class DropoutTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Keeps_the_expectation(double share)
    {
        var dropout = new Dropout(share, [64], 1000, new Seed(1).For("dropout"));
        var factors = dropout.Draw(0, 1000).All.ToArray();

        Assert.Equal([0f, (float)(1 / (1 - share))], factors.Distinct().Order());
        // The mean of n factors has a deviation of √(p / (1 − p) / n), at most 0.012 here.
        Assert.Equal(1, factors.Average(), 5 * Math.Sqrt(share / (1 - share) / factors.Length));
    }

    [Fact]
    public void Draws_anew_for_every_batch_and_unit()
    {
        var dropout = new Dropout(0.5, [64, 32], 100, new Seed(1).For("dropout"));
        var first = dropout.Draw(0, 100).All.ToArray();
        var second = dropout.Draw(0, 100).All.ToArray();

        // Independent halves agree half of the time; 6,400 draws deviate by 0.00625.
        var agreement = first.Zip(second).Count(pair => pair.First == pair.Second) / (double)first.Length;
        Assert.Equal(0.5, agreement, 0.03);
        var neighbours = first.Skip(1).Zip(first).Count(pair => pair.First == pair.Second) / (double)first.Length;
        Assert.Equal(0.5, neighbours, 0.03);
    }

    [Fact]
    public void Inference_drops_nothing()
    {
        var rows = Train.Slanted(200, seed: 2);
        var plan = new TrainingPlan { Epochs = 4, Dropout = 0.5 };
        var network = Network.Initial(new NetworkShape(5, [16], 3, Activation.Relu), new Seed(1));

        var outcome = Train.On(rows, network, plan);

        Assert.Equal(outcome.FinalLoss, CrossEntropy.Of(outcome.Network, rows), 1e-9);
        Assert.NotEqual(
            outcome.Network.Weights.ToArray(),
            Train.On(rows, network, plan with { Dropout = 0 }).Network.Weights.ToArray()
        );
    }
}
