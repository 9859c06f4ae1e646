using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ktrdr.Core.Tests;

public sealed class GoldenTrainingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Loss_per_epoch_is_that_of_PyTorch(int setting)
    {
        using var curves = JsonDocument.Parse(File.ReadAllText(Shared.Data("golden/mlp/curves.json")));
        var run = curves.RootElement.GetProperty("runs")[setting];
        var losses = Numbers(run.GetProperty("epoch_loss"));
        var plan = new TrainingPlan
        {
            Shuffle = false,
            Epochs = losses.Length,
            BatchSize = run.GetProperty("batch").GetInt32(),
            LearningRate = run.GetProperty("learning_rate").GetDouble(),
            Optimizer = Enum.Parse<OptimizerKind>(run.GetProperty("optimizer").GetString()!, ignoreCase: true),
            WeightDecay = run.GetProperty("weight_decay").GetDouble(),
            GradientClip = run.GetProperty("clip_norm") is { ValueKind: JsonValueKind.Number } clip
                ? clip.GetDouble()
                : null,
            ClassWeights = run.GetProperty("class_weights") is { ValueKind: JsonValueKind.Array } weights
                ? [.. Numbers(weights).Select(weight => (float)weight)]
                : null,
        };
        var shape = new NetworkShape(18, [64, 32], 3, Activation.Relu);
        var untrained = new Network(shape, Read<float>("w0.bin"));
        var rows = new LabelledRows(Read<float>("X.bin"), 18, Read<int>("y.bin"));

        var outcome = Train.On(rows, untrained, plan);

        Assert.Equal(losses, outcome.Epochs.Select(epoch => epoch.TrainingLoss), Within(1e-3));
        var logits = new float[12];
        outcome.Network.Logits(rows.Features.Span, 4, logits);
        Assert.Equal(
            run.GetProperty("first_four_logits").EnumerateArray().SelectMany(Numbers),
            logits.Select(logit => (double)logit),
            Within(5e-2)
        );
        var predicted = new int[rows.Count];
        outcome.Network.Classify(rows.Features.Span, rows.Count, predicted);
        var score = ClassificationScore.Of(predicted, rows.Classes.Span, 3, majorityClass: 0);
        Assert.Equal(run.GetProperty("final_accuracy").GetDouble(), score.Accuracy, 0.01);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static T[] Read<T>(string file)
        where T : struct => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Shared.Data($"golden/mlp/{file}"))).ToArray();

    private static Func<double, double, bool> Within(double tolerance) =>
        (expected, actual) => Math.Abs(expected - actual) <= tolerance;
}
