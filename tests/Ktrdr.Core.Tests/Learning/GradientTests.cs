namespace Ktrdr.Core.Tests;

/// <summary>The gradient against finite differences of a loss written here once more, plainly and in doubles.</summary>
public sealed class GradientTests
{
    private const int PartRows = 6; // the batch of 13 comes in three parts, the last of one row
    private static readonly float[] ClassWeights = [0.5f, 2, 1.25f];

    [Theory]
    [InlineData(Activation.Relu, false)]
    [InlineData(Activation.Relu, true)]
    [InlineData(Activation.LeakyRelu, false)]
    [InlineData(Activation.LeakyRelu, true)]
    [InlineData(Activation.Sigmoid, false)]
    [InlineData(Activation.Sigmoid, true)]
    [InlineData(Activation.Tanh, false)]
    [InlineData(Activation.Tanh, true)]
    public void Is_what_finite_differences_say(Activation activation, bool weighted)
    {
        // Widths that fill no vector, so that padding would show.
        var shape = new NetworkShape(5, [7, 19], 3, activation);
        var rows = Train.Slanted(13, seed: 4);
        var random = new Seed(9).For("weights");
        var weights = new float[shape.ParameterCount];
        foreach (ref var weight in weights.AsSpan())
        {
            weight = (random.NextSingle() * 1.2f) - 0.6f;
        }

        var gradient = Gradient(shape, weights, rows, weighted ? ClassWeights : []);

        var exact = weights.Select(weight => (double)weight).ToArray();
        for (var index = 0; index < exact.Length; index++)
        {
            var kept = exact[index];
            exact[index] = kept + 1e-6;
            var above = Loss(shape, exact, rows, weighted);
            exact[index] = kept - 1e-6;
            var below = Loss(shape, exact, rows, weighted);
            exact[index] = kept;
            Assert.Equal((above - below) / 2e-6, gradient[index], 2e-6);
        }
    }

    private static float[] Gradient(NetworkShape shape, float[] weights, LabelledRows rows, float[] classWeights)
    {
        var layout = new ParameterLayout(shape);
        var parameters = layout.Allocate();
        layout.Pack(weights, parameters);
        var loss = new BatchLoss(shape.Outputs, classWeights);
        var pass = new TrainingPass(Kernels.Best, layout, parameters, PartRows, dropout: null);
        var labels = rows.Classes.Span;
        loss.Begin(labels);
        for (var start = 0; start < rows.Count; start += PartRows)
        {
            var count = Math.Min(PartRows, rows.Count - start);
            pass.Forward.Load(rows.Features.Span[(start * rows.Width)..], count);
            pass.Run(labels.Slice(start, count), loss, onTop: start > 0);
        }

        return layout.Unpack(pass.Gradient);
    }

    private static double Loss(NetworkShape shape, double[] weights, LabelledRows rows, bool weighted)
    {
        var (sum, total) = (0d, 0d);
        for (var row = 0; row < rows.Count; row++)
        {
            var label = rows.Classes.Span[row];
            var weight = weighted ? ClassWeights[label] : 1d;
            var values = rows.Features.Slice(row * rows.Width, rows.Width).ToArray().Select(x => (double)x).ToArray();
            var logits = Logits(shape, weights, values);
            sum += weight * (Math.Log(logits.Sum(Math.Exp)) - logits[label]);
            total += weight;
        }

        return sum / total;
    }

    private static double[] Logits(NetworkShape shape, double[] weights, double[] values)
    {
        var start = 0;
        for (var layer = 0; layer <= shape.Hidden.Count; layer++)
        {
            var isLast = layer == shape.Hidden.Count;
            var units = isLast ? shape.Outputs : shape.Hidden[layer];
            var biases = start + (units * values.Length);
            var inputs = values;
            values =
            [
                .. Enumerable
                    .Range(0, units)
                    .Select(unit =>
                        weights[biases + unit]
                        + inputs.Select((input, index) => input * weights[start + (unit * inputs.Length) + index]).Sum()
                    )
                    .Select(z => isLast ? z : Activate(shape.Activation, z)),
            ];
            start = biases + units;
        }

        return values;
    }

    private static double Activate(Activation activation, double z) =>
        activation switch
        {
            Activation.Relu => Math.Max(0, z),
            Activation.LeakyRelu => z > 0 ? z : 0.01 * z,
            Activation.Sigmoid => 1 / (1 + Math.Exp(-z)),
            _ => Math.Tanh(z),
        };
}
