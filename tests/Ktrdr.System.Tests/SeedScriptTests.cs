using System.Diagnostics;

namespace Ktrdr.System.Tests;

/// <summary>The shell script that the seeds verify training with, unchanged, against the real server.</summary>
public sealed class SeedScriptTests
{
    [Fact]
    public async Task The_script_of_the_third_milestone_finds_a_completed_training_with_both_numbers()
    {
        foreach (var tool in (string[])["bash", "curl", "jq"])
        {
            Assert.SkipUnless(Tools.OnPath(tool), $"the script needs {tool}");
        }

        using var home = new Home();
        using var surroundings = new Home();
        await File.WriteAllTextAsync(surroundings.At("verify.sh"), Script(Shared.Seed("004")));
        using var server = await home.ServeAsync();

        var run = (await Ended.OfAsync(Bash(surroundings, server.Url))).With(exitCode: 0);

        Assert.Contains("Training status: completed", run.Output, StringComparison.Ordinal);
        Assert.Matches("Accuracy: 0\\.[0-9]+", run.Output);
        Assert.Matches("Final loss: [0-9]+\\.[0-9]+", run.Output);
        Assert.Contains("=== M3 Complete ===", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The last shell script of the document.</summary>
    private static string Script(string document)
    {
        var text = File.ReadAllText(document).ReplaceLineEndings("\n");
        const string Opening = "```bash\n#!/bin/bash";
        var start = text.LastIndexOf(Opening, StringComparison.Ordinal) + "```bash\n".Length;
        return text[start..text.IndexOf("\n```", start, StringComparison.Ordinal)] + "\n";
    }

    /// <summary>The script's own words, but port 8000 is where this server listens, and two seconds pass in a fifth of the time:
    /// a quick cycle is over between two polls, and the script then counts to sixty before it goes on.</summary>
    private static ProcessStartInfo Bash(Home surroundings, Uri server)
    {
        File.WriteAllText(surroundings.At(".curlrc"), $"connect-to = \"localhost:8000:127.0.0.1:{server.Port}\"\n");
        var quick = surroundings.At("sleep");
        File.WriteAllText(quick, "#!/bin/sh\nPATH=/usr/bin:/bin exec sleep 0.4\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(quick, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var command = new ProcessStartInfo("bash", ["verify.sh"])
        {
            WorkingDirectory = surroundings.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        command.Environment["PATH"] =
            surroundings.Folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        command.Environment["CURL_HOME"] = surroundings.Folder;
        command.Environment["ANTHROPIC_API_KEY"] = "the script only looks whether there is one";
        return command;
    }
}
