using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ktrdr.Core;

/// <summary>What decides a training, in one number: of the same fingerprint, the same weights to the last bit.</summary>
public static class TrainingFingerprint
{
    /// <summary>SHA-256 of network, rows, plan, seed, instruction set and the very build of this code, in hexadecimal.</summary>
    /// <param name="network">Where training starts.</param>
    /// <param name="training">Rows to learn from.</param>
    /// <param name="validation">Rows that are only looked at.</param>
    /// <param name="plan">How to train.</param>
    /// <param name="seed">Decides whatever chance decides.</param>
    public static string Of(
        Network network,
        LabelledRows training,
        LabelledRows validation,
        TrainingPlan plan,
        Seed seed
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // A build is known by the id that the compiler gave it: other arithmetic, another id.
        var shape = network.Shape;
        hash.AppendData(
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{typeof(Trainer).Module.ModuleVersionId} {Kernels.Best.Name} {seed.Value} {shape.Inputs} {string.Join(',', shape.Hidden)} {shape.Outputs} {shape.Activation}\n{Text(plan)}\n"
                )
            )
        );
        hash.AppendData(MemoryMarshal.AsBytes(network.Weights));
        Append(hash, training);
        Append(hash, validation);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Text(TrainingPlan plan) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Epochs} {plan.BatchSize} {plan.LearningRate} {plan.Optimizer} {plan.WeightDecay} {plan.GradientClip} {plan.EarlyStopping?.Patience} {plan.EarlyStopping?.MinimumDelta} {plan.Dropout} {plan.BalanceClasses} {plan.ClassWeights is not null} {string.Join(',', plan.ClassWeights ?? [])} {plan.Shuffle}"
        );

    private static void Append(IncrementalHash hash, LabelledRows rows)
    {
        hash.AppendData(BitConverter.GetBytes(rows.Width));
        hash.AppendData(BitConverter.GetBytes(rows.Count));
        hash.AppendData(MemoryMarshal.AsBytes(rows.Features.Span));
        hash.AppendData(MemoryMarshal.AsBytes(rows.Classes.Span));
    }
}
