using System.Text.Json;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>The loss of every epoch against PyTorch's, rows in file order.</summary>
internal sealed class LossCurveRows : RowGroup
{
    /// <inheritdoc/>
    public override string Name => "curves";

    /// <inheritdoc/>
    public override bool OncePerWidth => true;

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Reference.Missing is { } why)
        {
            yield return Row.Skipped("loss per epoch against PyTorch", why);
            yield break;
        }

        using var curves = Reference.Curves;
        foreach (var run in curves.RootElement.GetProperty("runs").EnumerateArray())
        {
            var losses = Numbers(run.GetProperty("epoch_loss"));
            var plan = Plan(run, losses.Length);
            var ours = Reference.Train(plan).Epochs.Select(epoch => epoch.TrainingLoss);
            var distances = new Samples([.. ours.Zip(losses, (mine, theirs) => Math.Abs(mine - theirs))]);
            var what =
                $"loss per epoch against PyTorch: {plan.Optimizer}, batch {plan.BatchSize}"
                + (plan.GradientClip is null ? "" : ", clip, weights");
            yield return Row.AtMost(
                what,
                1e-3,
                new Samples([distances.High]),
                "nats",
                Reference.InstructionSet,
                $"largest of {losses.Length} epochs"
            );
        }
    }

    private static TrainingPlan Plan(JsonElement run, int epochs) =>
        new()
        {
            Shuffle = false,
            Epochs = epochs,
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

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];
}
