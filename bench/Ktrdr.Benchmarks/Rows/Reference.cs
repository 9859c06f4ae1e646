using System.Runtime.InteropServices;
using System.Text.Json;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>The training that everything is compared by: 25,000 rows, 18-64-32-3, relu.</summary>
internal static class Reference
{
    private static readonly NetworkShape Shape = new(18, [64, 32], 3, Activation.Relu);
    private static readonly LabelledRows NoRows = new(Array.Empty<float>(), 18, Array.Empty<int>());
    private static readonly Lazy<LabelledRows> AllRows = new(() => new(Read<float>("X.bin"), 18, Read<int>("y.bin")));
    private static readonly Lazy<Network> Start = new(() => new(Shape, Read<float>("w0.bin")));

    /// <summary>Multiplications and additions that one row costs: forward, the gradient, and back but to the inputs.</summary>
    public const double OperationsPerRow = 2d * ((2 * ((18 * 64) + (64 * 32) + (32 * 3))) + (64 * 32) + (32 * 3));

    /// <summary>Why it cannot be run here, or null when it can.</summary>
    public static string? Missing =>
        Machine.Shared("data/golden/mlp/X.bin") is null ? "the shared folder is not beside the repository" : null;

    /// <summary>What PyTorch's losses are.</summary>
    public static JsonDocument Curves =>
        JsonDocument.Parse(File.ReadAllText(Machine.Shared("data/golden/mlp/curves.json")!));

    /// <summary>The instruction set that it is computed with.</summary>
    public static string InstructionSet => Start.Value.InstructionSet;

    /// <summary>Trains from the same start.</summary>
    public static TrainingOutcome Train(TrainingPlan plan) =>
        Trainer.Train(Start.Value, AllRows.Value, NoRows, plan, new Seed(1), _ => { }, CancellationToken.None);

    /// <summary>Rows a processor's second of a whole training, its first and last look at the loss included.</summary>
    public static double RowsPerSecond(TrainingPlan plan) =>
        AllRows.Value.Count * (double)plan.Epochs / Samples.ProcessorSeconds(() => Train(plan));

    private static T[] Read<T>(string file)
        where T : struct =>
        MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Machine.Shared($"data/golden/mlp/{file}")!)).ToArray();
}
