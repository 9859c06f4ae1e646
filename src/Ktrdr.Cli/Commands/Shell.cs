using System.CommandLine;
using System.Globalization;

namespace Ktrdr.Cli;

/// <summary>Turns a method into the action of a command: what every command shares is done here, once.</summary>
internal sealed class Shell(Surroundings surroundings)
{
    /// <summary>Print the API's JSON and nothing else.</summary>
    public Option<bool> Json { get; } =
        new("--json") { Description = "Print the API's JSON on standard output, and nothing else.", Recursive = true };

    /// <summary>Which server to talk to.</summary>
    public Option<string?> Url { get; } =
        new("--url")
        {
            Description = "Talk to this server instead of this home's own (also KTRDR_API_URL).",
            HelpName = "URL",
            Recursive = true,
        };

    /// <summary>Which home to work in.</summary>
    public Option<string?> Home { get; } =
        new("--home")
        {
            Description = "The folder that holds strategies, models and data (also KTRDR_HOME; default: this folder).",
            HelpName = "FOLDER",
            Recursive = true,
        };

    /// <summary>Gives a command its action and its examples.</summary>
    public Command Define(Command command, Func<Call, CancellationToken, Task<int>> action, params string[] examples)
    {
        Examples.Attach(command, examples);
        command.SetAction((parse, cancellationToken) => RunAsync(parse, action, cancellationToken));
        return command;
    }

    /// <summary>A group of commands: refuses to be run itself.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Add(command);
        }

        return group;
    }

    /// <summary>An option that takes a day, written <c>2015-12-31</c>.</summary>
    public static Option<DateOnly?> Day(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "YYYY-MM-DD",
            CustomParser = result =>
            {
                if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", out var day))
                {
                    return day;
                }

                result.AddError($"{name} '{result.Tokens[0].Value}' is not a day. Write it as 2015-12-31.");
                return null;
            },
        };

    /// <summary>An option that takes a whole number within bounds.</summary>
    public static Option<int?> Whole(string name, string description, int minimum, int maximum = int.MaxValue) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                var written = result.Tokens[0].Value;
                if (
                    int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= minimum
                    && number <= maximum
                )
                {
                    return number;
                }

                var bounds = maximum == int.MaxValue ? $"{minimum} or more" : $"from {minimum} to {maximum}";
                result.AddError($"{name} '{written}' is not a whole number {bounds}.");
                return null;
            },
        };

    /// <summary>An option that takes a finite number above zero.</summary>
    public static Option<double?> Positive(string name, string description, string unit) =>
        new(name)
        {
            Description = description,
            HelpName = unit,
            CustomParser = result =>
            {
                var written = result.Tokens[0].Value;
                if (
                    double.TryParse(
                        written,
                        NumberStyles.AllowDecimalPoint,
                        CultureInfo.InvariantCulture,
                        out var number
                    )
                    && number > 0
                    && double.IsFinite(number)
                )
                {
                    return number;
                }

                result.AddError($"{name} '{written}' is not a number above 0.");
                return null;
            },
        };

    private async Task<int> RunAsync(
        ParseResult parse,
        Func<Call, CancellationToken, Task<int>> action,
        CancellationToken cancellationToken
    )
    {
        Call call;
        try
        {
            call = new Call(parse, this, surroundings);
        }
        catch (Complaint complaint)
        {
            surroundings.Error.WriteLine($"ktrdr: {Words.Plain(complaint.Message)} {complaint.Next}");
            return complaint.ExitCode;
        }

        using var interrupts = new SecondInterrupt();
        try
        {
            return await action(call, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Exit.Interrupted;
        }
        catch (Complaint complaint)
        {
            return call.Complain(complaint);
        }
        catch (Exception fault) when (Faults.Explain(fault) is { } complaint)
        {
            return call.Complain(complaint);
        }
    }
}
