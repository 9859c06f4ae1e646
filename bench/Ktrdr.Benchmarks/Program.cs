using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary><c>compare [GROUP …]</c> prints the rows that docs/performance.md is made of; <c>train BATCH EPOCHS</c> runs the
/// reference training once, for bench/instructions to count; anything else is BenchmarkDotNet's, such as
/// <c>--filter '*'</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["compare", .. var names]:
                return Compare.Run(names);

            case [Compare.OneGroup, var name]:
                return Compare.TellRows(name);

            case ["train", var batch, var epochs]:
                Reference.Train(new TrainingPlan { BatchSize = int.Parse(batch), Epochs = int.Parse(epochs) });
                return 0;

            default:
                // In this process, so that no project is made up that would not build by our rules.
                var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
                BenchmarkSwitcher
                    .FromAssembly(typeof(Program).Assembly)
                    .Run(arguments, DefaultConfig.Instance.AddJob(job));
                return 0;
        }
    }
}
