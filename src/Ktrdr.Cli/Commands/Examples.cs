using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Ktrdr.Cli;

/// <summary>Command lines worth copying, shown at the end of a command's help.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> Of = [];

    /// <summary>Says how a command is used.</summary>
    public static void Attach(Command command, string[] examples) => Of.AddOrUpdate(command, examples);

    /// <summary>Makes <c>--help</c> end with the examples of its command, or of the commands below it.</summary>
    public static void ShowInHelpOf(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        if (help.Action is HelpAction usual)
        {
            help.Action = new HelpWithExamples(usual);
        }
    }

    private static IEnumerable<string> Known(Command command) =>
        Of.TryGetValue(command, out var own) ? own : command.Subcommands.SelectMany(below => Known(below).Take(1));

    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var shown = usual.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in Known(parseResult.CommandResult.Command))
            {
                output.WriteLine($"  {example}");
            }

            return shown;
        }
    }
}
