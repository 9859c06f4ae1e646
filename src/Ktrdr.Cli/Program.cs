using System.CommandLine;

namespace Ktrdr.Cli;

/// <summary>The program <c>ktrdr</c>.</summary>
internal static class Program
{
    // Longer than a server takes to hand its work back (4 s), so that Ctrl-C never cuts that short.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);

    /// <summary>Runs the program in this process's own surroundings.</summary>
    public static Task<int> Main(string[] args) => RunAsync(args, Surroundings.OfThisProcess());

    /// <summary>Runs the program with its output captured, as a pipe would.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        RunAsync(args, new Surroundings(output, error));

    /// <summary>Runs the program.</summary>
    /// <returns>One of <see cref="Exit"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        Surroundings surroundings,
        CancellationToken cancellationToken = default
    )
    {
        var parse = CommandTree.Build(surroundings).Parse(args);
        if (Misuse.Of(parse) is { } misuse)
        {
            await surroundings.Error.WriteLineAsync($"ktrdr: {misuse}");
            await surroundings.Error.WriteLineAsync($"       'ktrdr {Misuse.Path(parse)}--help' shows how it is used.");
            return Exit.Usage;
        }

        return await parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = surroundings.Out,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = s_patience,
            },
            cancellationToken
        );
    }
}
