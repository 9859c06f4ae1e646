using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>One use of the program: what was asked for and where the answer goes.</summary>
internal sealed class Call(ParseResult parse, Shell shell, Surroundings surroundings)
{
    private const string HomeVariable = "KTRDR_HOME";
    private const string UrlVariable = "KTRDR_API_URL";
    private const string DatabaseVariable = "KTRDR_DATABASE";
    private bool _silent;

    /// <summary>The environment variables that every use of the program reads.</summary>
    public static IReadOnlyList<string> Settings { get; } = [HomeVariable, UrlVariable];

    /// <summary>Where the program runs.</summary>
    public Surroundings Surroundings => surroundings;

    /// <summary>Whether standard output carries the API's JSON and nothing else.</summary>
    public bool Json { get; } = parse.GetValue(shell.Json);

    /// <summary>The folder of strategies, models and data.</summary>
    public string Home { get; } =
        Path.GetFullPath(
            parse.GetValue(shell.Home) ?? Filled(surroundings.Variable(HomeVariable)) ?? ".",
            surroundings.Folder
        );

    /// <summary>The server that was named, or null to look for this home's own.</summary>
    public Uri? Url { get; } = Address(parse.GetValue(shell.Url), Filled(surroundings.Variable(UrlVariable)));

    /// <summary>Whether the records lie in a database that other processes may work on as well.</summary>
    public bool SharesRecords { get; } = Filled(surroundings.Variable(DatabaseVariable)) is not null;

    /// <summary>The value of an option.</summary>
    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    /// <summary>The value of an argument.</summary>
    public T Value<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>The full path of a file named on the command line.</summary>
    public string FileAt(string written) => Path.GetFullPath(written, surroundings.Folder);

    /// <summary>The same call whose answers to machines are left out: for what it does on the way to its own.</summary>
    public Call Quietly() => new(parse, shell, surroundings) { _silent = Json };

    /// <summary>Tells a person something; machines get JSON instead.</summary>
    public void Say(string line)
    {
        if (!Json)
        {
            surroundings.Out.WriteLine(line);
        }
    }

    /// <summary>Tells a person several things.</summary>
    public void Say(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Say(line);
        }
    }

    /// <summary>Says something beside the answer: on standard error, so that the answer stays clean.</summary>
    public void Note(string line) => surroundings.Error.WriteLine(line);

    /// <summary>Answers a machine with the API's JSON, or a person with sentences.</summary>
    /// <param name="answer">What the API answered.</param>
    /// <param name="type">How it is written for a machine; looked up only when one asks, for that takes longer than most answers.</param>
    /// <param name="sentences">How it is told to a person.</param>
    public void Answer<T>(T answer, Func<ClientJson, JsonTypeInfo<T>> type, Func<T, IEnumerable<string>> sentences)
    {
        if (Json)
        {
            if (!_silent)
            {
                surroundings.Out.WriteLine(JsonSerializer.Serialize(answer, type(ClientJson.Default)));
            }

            return;
        }

        Say(sentences(answer));
    }

    /// <summary>Says why the command stops, to a person on standard error and to a machine as a problem.</summary>
    public int Complain(Complaint complaint)
    {
        surroundings.Error.WriteLine($"ktrdr: {Words.Document(complaint.Message)}");
        if (complaint.Next is { } next)
        {
            surroundings.Error.WriteLine($"       {Words.Plain(next)}");
        }

        if (Json)
        {
            var problem = (complaint.InnerException as KtrdrApiException)?.Problem ?? Problem(complaint);
            surroundings.Out.WriteLine(JsonSerializer.Serialize(problem, ClientJson.Default.ProblemView));
        }

        return complaint.ExitCode;
    }

    private static ProblemView Problem(Complaint complaint) =>
        new()
        {
            Type = "about:blank",
            Title = "The command was not done.",
            Detail = complaint.Message,
            Code = complaint.Code,
            Next = complaint.Next,
            OperationId = complaint.OperationId,
        };

    private static string? Filled(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static Uri? Address(string? option, string? variable)
    {
        if ((option ?? variable) is not { } written)
        {
            return null;
        }

        return Uri.TryCreate(written, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new Complaint(
                Exit.Usage,
                $"{(option is null ? UrlVariable : "--url")} '{written}' is not the address of a server.",
                "Write it as http://localhost:8000."
            );
    }
}
