using System.Buffers.Binary;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>A model as files: four of them, without a clock, so that equal models are equal bytes.</summary>
/// <remarks>
/// <c>weights.bin</c>: little-endian 32-bit floats, per layer the weights, one row a unit, then the biases.
/// <c>model.json</c>: shape and origin. <c>features.json</c>: inputs in order, with their scaling. <c>metrics.json</c>: how
/// training went.
/// </remarks>
internal static class ModelFiles
{
    private const string Weights = "weights.bin";
    private const string Model = "model.json";
    private const string Features = "features.json";
    private const string Metrics = "metrics.json";

    /// <summary>Their names.</summary>
    public static readonly IReadOnlyList<string> Names = [Features, Metrics, Model, Weights];

    public static IReadOnlyDictionary<string, byte[]> Of(TrainedModel model)
    {
        if (model.Weights.Length != model.Shape.ParameterCount)
        {
            throw new ArgumentException(
                $"A network of this shape has {model.Shape.ParameterCount} weights and biases; the model brings {model.Weights.Length}.",
                nameof(model)
            );
        }

        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [Features] = ArchiveJson.Write(model.Features),
            [Metrics] = ArchiveJson.Write(model.Report),
            [Model] = ArchiveJson.Write(Card.Of(model)),
            [Weights] = Bytes(model.Weights),
        };
    }

    public static TrainedModel Read(string path, IReadOnlyDictionary<string, byte[]> files)
    {
        var card = ArchiveJson.Read<Card>($"{path}/{Model}", files[Model]);
        var bytes = files[Weights];
        if (bytes.Length != card.Shape.ParameterCount * sizeof(float))
        {
            throw new ArchiveDamagedException(
                $"{path}/{Weights}",
                $"it has {bytes.Length} bytes, the network {card.Shape.ParameterCount} numbers of {sizeof(float)}"
            );
        }

        return new TrainedModel
        {
            StrategyName = card.StrategyName,
            StrategyHash = card.StrategyHash,
            StrategyIdentity = card.StrategyIdentity,
            Symbol = card.Symbol,
            Timeframe = card.Timeframe,
            WindowHash = card.WindowHash,
            Seed = card.Seed,
            InstructionSet = card.InstructionSet,
            Shape = card.Shape,
            Weights = Floats(bytes),
            Features = ArchiveJson.Read<List<FeatureColumn>>($"{path}/{Features}", files[Features]),
            Report = ArchiveJson.Read<TrainingReport>($"{path}/{Metrics}", files[Metrics]),
        };
    }

    private static byte[] Bytes(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }

    private static float[] Floats(byte[] bytes)
    {
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return values;
    }

    private sealed record Card(
        string StrategyName,
        string StrategyHash,
        string StrategyIdentity,
        string Symbol,
        string Timeframe,
        string WindowHash,
        int Seed,
        string InstructionSet,
        NetworkShape Shape
    )
    {
        public static Card Of(TrainedModel model) =>
            new(
                model.StrategyName,
                model.StrategyHash,
                model.StrategyIdentity,
                model.Symbol,
                model.Timeframe,
                model.WindowHash,
                model.Seed,
                model.InstructionSet,
                model.Shape
            );
    }
}
