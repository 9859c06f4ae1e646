using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>Plants a key, words in a prompt and words in a reply, lets everything happen that can happen, and looks everywhere.</summary>
internal static class Secrets
{
    private const string Key = "sk-ant-planted-5f1c0e7a9b";
    private const string Prompt = "zanzibar-prompt-77412";
    private const string Reply = "quagmire-reply-90315";
    private const string Save = "save_strategy_config";

    /// <summary>Where a planted word turned up although it may not.</summary>
    /// <param name="Searched">Characters and bytes that were looked through.</param>
    /// <param name="Logged">Lines among them that were logged or traced.</param>
    /// <param name="Found">What was found, and where.</param>
    /// <param name="Recorded">Whether prompt and reply are in the record, where they belong: so the search does find things.</param>
    internal sealed record Outcome(long Searched, int Logged, IReadOnlyList<string> Found, bool Recorded);

    public static async Task<int> RunAsync(string[] arguments)
    {
        Arguments.Read(arguments);
        var stories = Failures();
        var outcome = await MeasureAsync(stories);
        return Measurements.Say(
            outcome is { Found.Count: 0, Recorded: true },
            $"a planted key, prompt and reply through a success, {stories.Count} kinds of failure, a kill -9 and a replay, logging at "
                + $"Trace: {outcome.Found.Count} occurrences outside the record in {outcome.Searched / 1024:#,0} KiB of logs, traces, HTTP "
                + $"answers, terminal output and files ({outcome.Logged:#,0} lines logged or traced); prompt and reply are "
                + (outcome.Recorded ? "in the record" : "NOT IN THE RECORD")
                + string.Concat(outcome.Found.Select(found => $"\n  {found}"))
        );
    }

    /// <summary>The ways in which a cycle can fail over its model, each as what the model answers.</summary>
    public static IReadOnlyList<Func<ReceivedRequest, Turn>> Failures()
    {
        var number = 0;
        return
        [
            Always(Fault.CreditTooLow),
            Always(Fault.SpendLimit),
            Always(Fault.RateLimit(3_600)),
            Always(Fault.Overloaded),
            Always(new Fault.Refused(401, "authentication_error", "invalid x-api-key")),
            Always(new Fault.Refused(403, "permission_error", "Your key may not do this.")),
            Always(new Fault.Refused(404, "not_found_error", "model: gone")),
            Always(new Fault.Refused(413, "request_too_large", "Request exceeds the maximum size")),
            Always(Said().Failing(Fault.ResetAfter(6))),
            Always(Said().Failing(Fault.EndAfter(6))),
            Always(Said().Failing(Fault.ErrorAfter(6))),
            Always(Said().Failing(Fault.GarbageAfter(6))),
            Always(Fault.ResetBeforeHeaders),
            Always(Said() with { StopReason = "refusal" }),
            Always(Said() with { StopReason = "max_tokens" }),
            Always(Said() with { StopReason = "model_context_window_exceeded" }),
            Always(Said() with { StopReason = "rain" }),
            Always(Said()),
            Always(Turn.ToolUse(Reply, new JsonObject { [Reply] = Reply })),
            // A document that is wrong in another way each time, until the rounds are used up.
            _ =>
                Turn.ToolUse(
                    Save,
                    new JsonObject
                    {
                        ["name"] = $"{Reply} {++number}",
                        ["description"] = Reply,
                        ["config"] = new JsonObject { [Reply] = number },
                    }
                ),
        ];
    }

    /// <summary>Lets these failures happen, and the rest, and searches.</summary>
    public static async Task<Outcome> MeasureAsync(IReadOnlyList<Func<ReceivedRequest, Turn>> failures)
    {
        await using var claude = await LoopbackServer.StartAsync(new LoopbackOptions { Key = Key });
        using var home = new TemporaryHome();
        var told = new ConcurrentQueue<string>();
        var answers = new ConcurrentQueue<string>();
        string replayed;
        using (var server = await StartAsync(claude, home, told))
        {
            claude.Answer = Talkative();
            replayed = await CycleAsync(server, answers);
            foreach (var failure in failures)
            {
                claude.Answer = failure;
                await CycleAsync(server, answers);
            }

            claude.Answer = _ => Said().Failing(Fault.StallAfter(8));
            await server.Client.TriggerAsync(Asked(), CancellationToken.None);
            await claude.WaitForStallAsync(1);
            await LookAsync(server.Http, replayed, answers);
        }

        using (var server = await StartAsync(claude, home, told))
        {
            claude.Answer = Talkative();
            var cut = (ActiveAgent)await server.Client.AgentStatusAsync(CancellationToken.None);
            await server.Client.WaitAsync(cut.OperationId, CancellationToken.None);
            await LookAsync(server.Http, cut.OperationId, answers);
            foreach (var command in Commands(replayed))
            {
                told.Enqueue(await TypedAsync(home, command));
            }
        }

        return Search(home, told, answers);
    }

    private static TriggerRequest Asked() =>
        new()
        {
            Seed = 1,
            Brief = $"Think of {Prompt} and of nothing else.",
            BypassGates = true,
        };

    private static async Task<string> CycleAsync(Killable server, ConcurrentQueue<string> answers)
    {
        var started = await server.Client.TriggerAsync(Asked(), CancellationToken.None);
        await server.Client.WaitAsync(started.OperationId, CancellationToken.None);
        await LookAsync(server.Http, started.OperationId, answers);
        return started.OperationId;
    }

    // Everything that can be asked, but what was said to the model and by it: that page shows the record.
    private static async Task LookAsync(HttpClient http, string cycle, ConcurrentQueue<string> answers)
    {
        var children = JsonNode.Parse(await http.GetStringAsync($"api/v1/operations/{cycle}/children"))![
            "data"
        ]!.AsArray();
        string[] paths =
        [
            "agent/status",
            "agent/budget",
            "agent/budget/calls",
            "models",
            "operations",
            "strategies",
            "datasets",
            .. children
                .Select(child => (string)child!["operation_id"]!)
                .Prepend(cycle)
                .SelectMany(id => (string[])[$"operations/{id}", $"operations/{id}/children"]),
        ];
        foreach (var path in paths)
        {
            using var response = await http.GetAsync($"api/v1/{path}");
            answers.Enqueue($"{path}: {response.Headers} {await response.Content.ReadAsStringAsync()}");
        }

        using var record = await http.GetAsync($"api/v1/operations/{cycle}/exchanges");
        var shown = await record.Content.ReadAsStringAsync();
        answers.Enqueue(
            shown.Replace(Prompt, "", StringComparison.Ordinal).Replace(Reply, "", StringComparison.Ordinal)
        );
    }

    private static string[][] Commands(string cycle) =>
        [
            ["operations", "show", cycle],
            ["operations", "show", cycle, "--json"],
            ["operations", "list"],
            ["agent", "budget", "--calls"],
            ["agent", "status"],
            ["operations", "replay", cycle],
        ];

    private static async Task<string> TypedAsync(TemporaryHome home, string[] arguments)
    {
        var command = Runtime.Ktrdr(arguments);
        command.Environment["KTRDR_HOME"] = home.Folder;
        using var process = Process.Start(command)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var said = $"{string.Join(' ', arguments)}: {await output}{await errors}";
        return process.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"ktrdr ended with {process.ExitCode}. {said}");
    }

    private static async Task<Killable> StartAsync(
        LoopbackServer claude,
        TemporaryHome home,
        ConcurrentQueue<string> told
    )
    {
        var command = Runtime.This("serve-traced", "--home", home.Folder);
        command.Environment["AGENT_PROVIDER"] = "anthropic";
        command.Environment["ANTHROPIC_API_KEY"] = claude.Key;
        command.Environment["ANTHROPIC_BASE_URL"] = claude.Url;
        command.Environment["AGENT_DAILY_BUDGET"] = "unlimited";
        command.Environment["AGENT_CYCLE_LIMIT"] = "unlimited";
        return await Killable.StartAsync(command, told);
    }

    private static Outcome Search(TemporaryHome home, ConcurrentQueue<string> told, ConcurrentQueue<string> answers)
    {
        string[] planted = [Key, Prompt, Reply];
        var found = new List<string>();
        long searched = 0;
        foreach (var text in told.Concat(answers))
        {
            searched += text.Length;
            found.AddRange(
                planted
                    .Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
                    .Select(word => $"{word}: {Around(text, word)}")
            );
        }

        var recorded = 0;
        foreach (var file in Directory.EnumerateFiles(home.Folder, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            searched += bytes.Length;
            var name = Path.GetRelativePath(home.Folder, file);
            var isRecord = name.StartsWith("ktrdr.db", StringComparison.Ordinal);
            foreach (var word in planted.Where(word => Holds(bytes, word)))
            {
                if (isRecord && word != Key)
                {
                    recorded |= word == Prompt ? 1 : 2;
                }
                else
                {
                    found.Add($"{word}: {name}");
                }
            }
        }

        return new Outcome(searched, told.Count, found, recorded == 3);
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, string word) =>
        bytes.IndexOf(Encoding.UTF8.GetBytes(word)) >= 0
        || bytes.IndexOf(Encoding.Unicode.GetBytes(word)) >= 0
        || bytes.IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(word)).TrimEnd('=')))
            >= 0;

    private static string Around(string text, string word)
    {
        var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        var from = Math.Max(0, at - 120);
        return text[from..Math.Min(text.Length, at + word.Length + 40)].ReplaceLineEndings(" ");
    }

    private static Func<ReceivedRequest, Turn> Always(Turn turn) => _ => turn;

    private static Turn Said() =>
        Turn.Text($"Words that are nobody's business: {Reply}.").AfterThinking($"Hm, {Reply}.");

    // Good answers, with words beside them and a document that is refused first.
    private static Func<ReceivedRequest, Turn> Talkative()
    {
        var then = Scenarios.Cycle(seed: 3, small: true);
        return request =>
        {
            var refused = request.Tools.ContainsKey(Save) && request.ToolResults.Count == 0;
            return Said()
                .And(refused ? Turn.ToolUse(Save, new JsonObject { ["name"] = Reply }) : WithoutThought(then(request)));
        };
    }

    private static Turn WithoutThought(Turn turn) =>
        turn with
        {
            Content = [.. turn.Content.Where(block => block is not ReplyBlock.Thinking)],
        };
}
