using System.Globalization;
using System.Reflection;

namespace Ktrdr.Cli.Tests;

/// <summary>The tables of the README, held against the program.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void Every_exit_code_is_in_the_table_and_no_other()
    {
        var told = Rows("| exit code | means |")
            .SelectMany(cells => cells[0].Split(','))
            .Select(code => int.Parse(code, CultureInfo.InvariantCulture));
        var real = typeof(Exit)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (int)field.GetRawConstantValue()!);

        Assert.Equal(real.Order(), told.Order());
    }

    [Fact]
    public void Every_command_is_in_the_table_and_no_other()
    {
        var real = CommandTree
            .Build(new Surroundings(TextWriter.Null, TextWriter.Null))
            .Subcommands.SelectMany(group =>
                group.Subcommands.Count == 0
                    ? [group.Name]
                    : group.Subcommands.Select(command => $"{group.Name} {command.Name}")
            );

        Assert.Equal(real.Order(StringComparer.Ordinal), Told().Order(StringComparer.Ordinal));

        // A row names its group once: `ktrdr data import` · `list` · `show`. A word after another `ktrdr` begins anew.
        static IEnumerable<string> Told()
        {
            foreach (var cells in Rows("| command | does |"))
            {
                var group = "";
                foreach (var name in cells[0].Split('·').Select(name => name.Trim(' ', '`')))
                {
                    var words = name.Split(' ');
                    if (words[0] == "ktrdr")
                    {
                        words = words[1..];
                        group = words.Length > 1 ? words[0] + " " : "";
                        words = words[^1..];
                    }

                    yield return group + words[0];
                }
            }
        }
    }

    private static string[][] Rows(string header) =>
        [
            .. File.ReadAllLines(Path.Combine(Shared.Repository, "README.md"))
                .SkipWhile(line => line != header)
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line =>
                    line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ),
        ];
}
