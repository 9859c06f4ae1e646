using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>What an assistant may do: look, start a cycle, stop a cycle. Each is one call of the client.</summary>
internal static class AssistantTools
{
    /// <summary>The tools, in the order they are offered.</summary>
    public static IReadOnlyList<AssistantTool> All(AssistantDesk desk)
    {
        return
        [
            new(
                "trigger_cycle",
                "Start one research cycle and return its operation id. Refused while another cycle is live, or when the day's "
                    + "budget does not cover it.",
                [
                    new("model", "string", "Who designs and assesses: opus, sonnet, haiku, a model's id, or local."),
                    new("brief", "string", "A wish for the design, in plain words. Excludes strategy."),
                    new("strategy", "string", "An existing strategy to try instead of designing one. Excludes brief."),
                    new("seed", "integer", "The seed that decides the cycle; drawn and recorded when left out."),
                    new("symbol", "string", "Research this symbol."),
                    new("timeframe", "string", "Research bars of this length, such as 1h."),
                    new("bypass_gates", "boolean", "Judge and record the gates, but let the cycle go on."),
                    new("named", "boolean", "Let the language model see symbols and dates."),
                ],
                (given, token) =>
                    desk.WorkAsync(
                        async (client, cancellation) =>
                            Json(
                                await client.TriggerAsync(RequestOf(given), cancellation),
                                ClientJson.Default.TriggerResponse
                            ),
                        token
                    )
            )
            {
                Changes = true,
            },
            new(
                "agent_status",
                "Where research stands: the live cycle and its phase, or the last one.",
                [],
                (_, token) => Read(client => client.AgentStatusAsync, ClientJson.Default.AgentStatus, token)
            ),
            new(
                "cancel_cycle",
                "Stop the live research cycle, or the one with this id.",
                [new("operation_id", "string", "The cycle to stop; the live one when left out.")],
                (given, token) =>
                    desk.CancelAsync(
                        (client, cancellation) => client.CancelCycleAsync(given.Text("operation_id"), cancellation),
                        response => Json(response, ClientJson.Default.CancelResponse),
                        token
                    )
            )
            {
                Changes = true,
            },
            new(
                "agent_budget",
                "What language models cost today, and what is left, in dollars.",
                [],
                (_, token) => Read(client => client.BudgetAsync, ClientJson.Default.BudgetView, token)
            ),
            new(
                "list_strategies",
                "The strategies of the home, with what became of each.",
                [],
                (_, token) => ReadAll(client => client.StrategiesAsync, ClientJson.Default.ManyStrategyView, token)
            ),
            new(
                "show_strategy",
                "One strategy: its text, its newest figures and its assessment.",
                [new("name", "string", "The strategy's name, as list_strategies shows it.") { Required = true }],
                (given, token) =>
                    Read(
                        client => cancellation => client.StrategyAsync(given.Text("name")!, cancellation),
                        ClientJson.Default.StrategyView,
                        token
                    )
            ),
            new(
                "list_operations",
                "Everything that runs or ran, newest first; 10 unless a limit says otherwise.",
                [
                    new("type", "string", "Only this type, such as agent_research."),
                    new("status", "string", "Only this status: pending, running, completed, failed or cancelled."),
                    new("limit", "integer", "At most so many, 1 to 1000."),
                    new("offset", "integer", "Pass over so many of the newest."),
                ],
                (given, token) =>
                    Read(
                        client =>
                            cancellation =>
                                client.ListOperationsAsync(
                                    new OperationFilter(
                                        given.Text("type"),
                                        given.Text("status"),
                                        given.Number("limit") ?? 10,
                                        given.Number("offset") ?? 0
                                    ),
                                    cancellation
                                ),
                        ClientJson.Default.ManyOperationView,
                        token
                    )
            ),
            new(
                "show_operation",
                "Everything that is recorded about one operation: facts, gates, progress, result, error.",
                [new("operation_id", "string", "Its id, as list_operations shows it.") { Required = true }],
                (given, token) =>
                    Read(
                        client => cancellation => client.GetOperationAsync(given.Text("operation_id")!, cancellation),
                        ClientJson.Default.OperationView,
                        token
                    )
            ),
            new(
                "list_indicators",
                "Every indicator a strategy may use, with its parameters, outputs and range.",
                [],
                (_, token) => ReadAll(client => client.IndicatorsAsync, ClientJson.Default.ManyIndicatorView, token)
            ),
            new(
                "validate_strategy",
                "Check the text of a strategy, as YAML. Every mistake at once, with its place. Nothing is kept.",
                [new("text", "string", "The whole document.") { Required = true }],
                (given, token) =>
                    Read(
                        client => cancellation => client.ValidateTextAsync(given.Text("text")!, cancellation),
                        ClientJson.Default.ValidationView,
                        token
                    )
            ),
        ];

        Task<string> Read<T>(
            Func<IKtrdrClient, Func<CancellationToken, Task<T>>> question,
            JsonTypeInfo<T> type,
            CancellationToken token
        ) => desk.ReadAsync(async (client, cancellation) => Json(await question(client)(cancellation), type), token);

        Task<string> ReadAll<T>(
            Func<IKtrdrClient, Func<CancellationToken, Task<IReadOnlyList<T>>>> question,
            JsonTypeInfo<Many<T>> type,
            CancellationToken token
        ) =>
            desk.ReadAsync(
                async (client, cancellation) => Json(Whole.Of(await question(client)(cancellation)), type),
                token
            );
    }

    private static TriggerRequest RequestOf(AssistantArguments given) =>
        new()
        {
            Model = given.Text("model"),
            Brief = given.Text("brief"),
            Strategy = given.Text("strategy"),
            Seed = given.Number("seed"),
            Symbol = given.Text("symbol"),
            Timeframe = given.Text("timeframe"),
            BypassGates = given.Flag("bypass_gates"),
            Named = given.Flag("named"),
        };

    private static string Json<T>(T answer, JsonTypeInfo<T> type) => JsonSerializer.Serialize(answer, type);
}
