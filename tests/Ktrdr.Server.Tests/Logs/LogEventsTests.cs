using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Server.Tests;

/// <summary>What may be logged, held against what the manual says of it.</summary>
public sealed class LogEventsTests
{
    private static readonly Event[] s_events =
    [
        .. typeof(ServerHost)
            .Assembly.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("Ktrdr", StringComparison.Ordinal))
            .Select(Assembly.Load)
            .Append(typeof(ServerHost).Assembly)
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                )
            )
            .Select(method => (Method: method, Log: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.Log is not null)
            .Select(found => new Event(
                found.Log!.EventName,
                found.Log.EventId,
                found.Log.Level.ToString().ToLowerInvariant(),
                string.Join(", ", found.Method.GetParameters().Select(FieldOf).Where(field => field.Length > 0))
            ))
            .OrderBy(found => found.Id),
    ];

    [Fact]
    public void The_manual_lists_every_event_with_its_number_level_and_fields()
    {
        var manual = File.ReadLines(Path.Combine(Shared.Repository, "docs", "observability.md"))
            .SkipWhile(line => line != "## Log events")
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|').Select(cell => cell.Trim().Replace("`", "")).ToArray())
            .Select(cells => new Event(cells[1], int.Parse(cells[2]), cells[3], cells[5]))
            .OrderBy(listed => listed.Id);

        Assert.Equal(s_events, manual);
    }

    [Fact]
    public void Every_event_has_a_name_and_a_number_of_its_own()
    {
        Assert.Contains(s_events, one => one.Name == "attempt_began");
        Assert.All(s_events, one => Assert.Matches("^[a-z]+(_[a-z]+)*$", one.Name));
        Assert.Distinct(s_events.Select(one => one.Name));
        Assert.Distinct(s_events.Select(one => one.Id));
    }

    private static string FieldOf(ParameterInfo parameter) =>
        typeof(ILogger).IsAssignableFrom(parameter.ParameterType) ? ""
        : typeof(Exception).IsAssignableFrom(parameter.ParameterType) ? "exception"
        : JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!);

    private sealed record Event(string? Name, int Id, string Level, string Fields);
}
