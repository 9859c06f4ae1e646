using System.Collections;

namespace Ktrdr.Cli;

/// <summary>Where the program runs: its two streams, whether a person looks at them, and its environment variables.</summary>
internal sealed record Surroundings(TextWriter Out, TextWriter Error)
{
    /// <summary>Whether standard output is a terminal that can be redrawn. False for a pipe or a file.</summary>
    public bool Interactive { get; init; }

    /// <summary>How many columns a person sees, or null where nobody looks or nobody knows.</summary>
    public int? Width { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Reads all environment variables.</summary>
    public Func<IReadOnlyDictionary<string, string?>> Variables { get; init; } = OfEnvironment;

    /// <summary>What paths on the command line are relative to.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether colours are wanted: a terminal, and no NO_COLOR (https://no-color.org) or dumb terminal.</summary>
    public bool Colour => Interactive && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>The surroundings of this process.</summary>
    public static Surroundings OfThisProcess() =>
        new(Console.Out, Console.Error)
        {
            Interactive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
            Width = Console.IsOutputRedirected ? null : Columns(),
        };

    private static int? Columns()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : null;
        }
        catch (IOException)
        {
            return null; // A terminal that does not say how wide it is.
        }
    }

    private static Dictionary<string, string?> OfEnvironment() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value);
}
