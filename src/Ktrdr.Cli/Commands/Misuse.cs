using System.CommandLine;
using System.CommandLine.Help;

namespace Ktrdr.Cli;

/// <summary>What is wrong with a command line, in a sentence that helps.</summary>
internal static class Misuse
{
    /// <summary>The sentence, or null where the command line makes sense.</summary>
    public static string? Of(ParseResult parse)
    {
        if (AsksForHelp(parse))
        {
            return null;
        }

        var command = parse.CommandResult.Command;
        if (parse.UnmatchedTokens is [var unknown, ..])
        {
            var shown = Words.Plain(unknown);
            return unknown.StartsWith('-')
                ? $"There is no option '{shown}' here.{Nearest.Question(unknown.Split('=')[0], OptionsOf(parse))}"
                : Unknown(command, unknown, shown);
        }

        if (parse.Errors is not [var first, ..])
        {
            return null;
        }

        return command.Subcommands.Count > 0 && command.Action is null
            ? $"'{command.Name}' needs one of {string.Join(", ", command.Subcommands.Select(below => below.Name))}."
            : Words.Plain(first.Message);
    }

    /// <summary>The words of the command that was meant, each followed by a blank.</summary>
    public static string Path(ParseResult parse)
    {
        var names = new Stack<string>();
        for (
            SymbolWalk walk = new(parse.CommandResult);
            walk.Current is { Command: not RootCommand } at;
            walk = new(at.Parent as System.CommandLine.Parsing.CommandResult)
        )
        {
            names.Push(at.Command.Name);
        }

        return string.Concat(names.Select(name => name + " "));
    }

    private static string Unknown(Command command, string unknown, string shown)
    {
        var below = command.Subcommands.Select(subcommand => subcommand.Name).ToArray();
        return below.Length == 0
            ? $"'{command.Name}' takes no further argument '{shown}'."
            : $"There is no command '{shown}'{(command is RootCommand ? "" : $" in '{command.Name}'")}."
                + $"{Nearest.Question(unknown, below)} Known: {string.Join(", ", below)}.";
    }

    private static IEnumerable<string> OptionsOf(ParseResult parse) =>
        parse
            .CommandResult.Command.Options.Concat(
                parse.RootCommandResult.Command.Options.Where(option => option.Recursive)
            )
            .SelectMany(option => option.Aliases.Prepend(option.Name))
            .Where(name => name.StartsWith("--", StringComparison.Ordinal));

    private static bool AsksForHelp(ParseResult parse) =>
        parse.RootCommandResult.Command.Options.Any(option =>
            option is HelpOption or VersionOption && parse.GetResult(option) is { Implicit: false }
        );

    private readonly record struct SymbolWalk(System.CommandLine.Parsing.CommandResult? Current);
}
