using System.CommandLine;
using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr operations replay</c>: a finished cycle again, from its record.</summary>
internal static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var id = OperationCommands.Id();
        var keep = new Option<string?>("--keep")
        {
            Description =
                "Work in this folder, empty or new, and leave it behind; else a temporary one is removed after.",
            HelpName = "FOLDER",
        };
        return shell.Define(
            new Command(
                "replay",
                "Run a finished cycle again from its record, without key or network, and compare strategy, model, trades and "
                    + "verdict byte by byte. Exit codes: 0 all the same, 1 something differs."
            )
            {
                id,
                keep,
            },
            async (call, cancellationToken) =>
            {
                var replay = await Replay.RunAsync(
                    call.Home,
                    call.Value(id),
                    call.Value(keep) is { } folder ? call.FileAt(folder) : null,
                    cancellationToken
                );
                call.Answer(replay, json => json.ReplayView, Lines);
                return replay.Same ? Exit.Done : Exit.Error;
            },
            "ktrdr operations replay op_agent_research_20260101_120000_1a2b3c4d",
            "ktrdr operations replay op_agent_research_20260101_120000_1a2b3c4d --keep again"
        );
    }

    private static IEnumerable<string> Lines(ReplayView replay)
    {
        foreach (var part in replay.Parts)
        {
            var detail = part.Detail is null ? "" : $"  ({Words.Plain(part.Detail)})";
            yield return $"{part.Outcome, -7}  {Words.Plain(part.Name)}{detail}";
        }

        foreach (var note in replay.Notes)
        {
            yield return Words.Plain(note);
        }

        if (replay.KeptAt is { } folder)
        {
            yield return $"The replay's home is {folder}.";
        }

        var count = replay.Parts.Count(part => part.Outcome == "same");
        yield return replay.Same
            ? $"{replay.OperationId} came out again: {count} of {replay.Parts.Count} the same."
            : $"{replay.OperationId} came out differently: {count} of {replay.Parts.Count} the same.";
    }
}
