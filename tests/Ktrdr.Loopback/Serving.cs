namespace Ktrdr.Loopback;

/// <summary>The server as a program of its own, until Ctrl-C.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "scenario", "port");
        var scenario = Scenarios.Named(given.Text("scenario", "good"));
        await using var server = await LoopbackServer.StartAsync(
            new LoopbackOptions { Port = given.Number("port", 0) }
        );
        server.Answer = scenario.Begin();
        Console.WriteLine(
            $"""
            {server.Url} plays '{scenario.Name}': {scenario.Shows}

            Point ktrdr at it, in the terminal that runs ktrdr:
              export ANTHROPIC_BASE_URL={server.Url}
              export ANTHROPIC_API_KEY={server.Key}
              export AGENT_PROVIDER=anthropic

            Ctrl-C ends it and prints the bill.
            """
        );
        await UntilInterruptedAsync();
        foreach (var entry in server.Bill.Entries)
        {
            Console.WriteLine(
                $"{entry.Number, 4}  {entry.Model, -18}  {entry.End, -8}  {Loopback.Bill.Dollars(entry.Cost)}"
            );
        }

        Console.WriteLine($"The bill: {server.Bill} for {server.Bill.Entries.Count} requests.");
        return 0;
    }

    /// <summary>Ends with Ctrl-C.</summary>
    public static Task UntilInterruptedAsync()
    {
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.TrySetResult();
        };
        return interrupted.Task;
    }
}
