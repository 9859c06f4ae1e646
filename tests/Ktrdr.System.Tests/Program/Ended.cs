using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>A run of the program that is over.</summary>
/// <param name="ExitCode">What it exited with.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>So long a program may take before it is taken for stuck.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The output, line by line.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.TrimEntries);

    /// <summary>The output, which must be JSON and nothing else.</summary>
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new FormatException("The output is the word null.");

    /// <summary>The id of the cycle it speaks of first.</summary>
    public string CycleId => Regex.Match(Output, "op_agent_research_[0-9]{8}_[0-9]{6}_[0-9a-f]{8}").Value;

    /// <summary>The same, once it has exited as expected; what it wrote is in the failure.</summary>
    public Ended With(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"It exited with {ExitCode}, not {exitCode}.\n{Output}\n{Errors}");
        return this;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Ended> OfAsync(ProcessStartInfo command)
    {
        using var process = Process.Start(command)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Ended(process.ExitCode, output, await errors);
        }
        catch (OperationCanceledException stuck)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"'{string.Join(' ', command.ArgumentList)}' had not ended after {Patience}.",
                stuck
            );
        }
    }
}
