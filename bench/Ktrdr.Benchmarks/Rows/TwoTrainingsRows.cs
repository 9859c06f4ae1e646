using System.Diagnostics;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>Two trainings at once, each on its thread, against one: do cores add up?</summary>
internal sealed class TwoTrainingsRows : RowGroup
{
    private static readonly TrainingPlan Plan = new() { Epochs = 60, BatchSize = 32 };

    /// <inheritdoc/>
    public override string Name => "two";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Reference.Missing is { } why)
        {
            yield return Row.Skipped("two trainings at once", why);
            yield break;
        }

        Reference.Train(Plan);
        yield return OnTheClock("two trainings at once against one", null);
        using var busy = Process.Start("sh", ["-c", "while :; do :; done"]);
        try
        {
            yield return OnTheClock(
                "the same beside a busy process",
                "a fair scheduler gives two of three 1.33 of 2 cores"
            );
            yield return PerProcessorSecond("two against one beside a busy process, per core");
        }
        finally
        {
            busy.Kill();
        }
    }

    private static Row OnTheClock(string what, string? note)
    {
        var (_, _, ratio) = Samples.Alternately(
            9,
            () => 2 / Samples.Seconds(() => AtOnce(2)),
            () => 1 / Samples.Seconds(() => AtOnce(1))
        );
        return Row.AtLeast(what, 1.8, ratio, "×", Reference.InstructionSet, note);
    }

    // What a training gets done in the time it is given: a spin that collapses would show here and nowhere else.
    private static Row PerProcessorSecond(string what)
    {
        var (_, _, ratio) = Samples.Alternately(
            9,
            () => 2 / Samples.ProcessorSeconds(() => AtOnce(2)),
            () => 1 / Samples.ProcessorSeconds(() => AtOnce(1))
        );
        return Row.AtLeast(what, 0.9, ratio, "×", Reference.InstructionSet, "0.9 of each of two cores is 1.8");
    }

    private static void AtOnce(int count)
    {
        var threads = Enumerable.Range(0, count).Select(_ => new Thread(() => Reference.Train(Plan))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }
}
