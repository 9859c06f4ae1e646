using System.CommandLine;
using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr doctor</c>: what stands in the way of work on this machine, and the way out.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Shell shell) =>
        shell.Define(
            new Command(
                "doctor",
                "Look at home, disk, database, port, datasets, settings, key, telemetry and clock, and say what to do about what is "
                    + "wrong. Changes nothing. Exit codes: 0 nothing is wrong, 1 something is."
            ),
            async (call, cancellationToken) =>
            {
                var examination = new Examination(
                    call.Home,
                    call.Url,
                    call.Surroundings.Variables(),
                    Call.Settings,
                    call.Surroundings.Clock
                );
                var found = await examination.FindAsync(cancellationToken);
                call.Answer(found, json => json.ExaminationView, Lines);
                return found.Healthy ? Exit.Done : Exit.Error;
            },
            "ktrdr doctor",
            "ktrdr doctor --home ~/research",
            "ktrdr doctor --json | jq '.findings[] | select(.level != \"ok\")'"
        );

    private static IEnumerable<string> Lines(ExaminationView found)
    {
        var width = found.Findings.Max(finding => finding.What.Length);
        var indent = new string(' ', width + 4);
        foreach (var finding in found.Findings)
        {
            yield return $"{Sign(finding.Level)} {Words.Plain(finding.What).PadRight(width)}  {Words.Plain(finding.Value)}";
            foreach (var more in (string?[])[finding.Why, finding.Fix is { } fix ? $"→ {fix}" : null])
            {
                if (more is not null)
                {
                    yield return indent + Words.Plain(more);
                }
            }
        }

        yield return "";
        yield return Verdict(found);
    }

    private static string Sign(string level) =>
        level switch
        {
            "ok" => "✓",
            "warning" => "!",
            _ => "✗",
        };

    private static string Verdict(ExaminationView found)
    {
        var wrong = found.Wrong switch
        {
            0 when found.Warnings == 0 => "All is well.",
            0 => "Nothing is wrong.",
            1 => "One thing is wrong.",
            _ => $"{found.Wrong} things are wrong.",
        };
        return found.Warnings switch
        {
            0 => wrong,
            1 => $"{wrong} One thing is worth a look.",
            _ => $"{wrong} {found.Warnings} things are worth a look.",
        };
    }
}
