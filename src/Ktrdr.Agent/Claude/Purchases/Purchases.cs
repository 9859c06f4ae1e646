using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Buys replies: the most a reply can cost is held back before it is asked for, and what it did cost is charged after.</summary>
/// <param name="client">Asks.</param>
/// <param name="prices">Say what it costs.</param>
/// <param name="options">How far a request, a call and a cycle may go.</param>
/// <param name="research">Has the day's budget.</param>
/// <param name="time">Waits between attempts.</param>
internal sealed class Purchases(
    MessagesClient client,
    Prices prices,
    AgentOptions options,
    ResearchOptions research,
    TimeProvider time
)
{
    private readonly SpendingLimits _limits = new(
        research.DailyBudget is { } day ? Money.FromDollars(day) : null,
        options.CycleLimit
    );

    /// <summary>The reply to a request: the recorded one if it was bought before, else a new one, bought once.</summary>
    /// <param name="work">The operation that pays; the exchange is recorded with it.</param>
    /// <param name="name">The exchange's name among the operation's records, such as <c>exchange-1</c>.</param>
    /// <param name="phase"><c>designing</c> or <c>assessing</c>.</param>
    /// <param name="body">The request's body: model, system, messages, tools. <c>max_tokens</c> is the most that is wanted; what goes
    /// out may be less where money is short.</param>
    /// <param name="cancellationToken">Gives up at once, also in the middle of a reply.</param>
    /// <exception cref="OperationFailedException">No money, no answer, or a request the provider refuses: with code, figures
    /// and next step.</exception>
    public async Task<ModelReply> BuyAsync(
        IWorkContext work,
        string name,
        string phase,
        JsonObject body,
        CancellationToken cancellationToken
    )
    {
        if (work.Recorded<Exchange>(name) is { } kept)
        {
            return kept.Reply;
        }

        if (options.Key is null)
        {
            throw Keyless(work);
        }

        var order = await PriceAsync(phase, body, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            // The operation's own attempt is part of the key: one that crashed has used up its keys.
            var key = $"{name}/attempt-{work.Attempt}.{attempt}";
            var request = order.Request(await ReserveAsync(work, key, order, cancellationToken));
            var answer = await SendAsync(request, cancellationToken);
            if (answer is Answer.Answered { Reply: var reply })
            {
                // What came is paid for exactly and kept, also when it was cancelled in this moment: the write is short, and without
                // it the whole reservation would be charged.
                await work.SettleAsync(
                    key,
                    order.Price.Cost(reply.Usage),
                    Usage(reply),
                    name,
                    new Exchange(request, reply),
                    CancellationToken.None
                );
                return reply;
            }

            await work.WriteOffAsync(
                key,
                answer is Answer.NotBilled ? Money.Zero : null,
                new JsonObject { ["error"] = Retries.Words(answer) },
                CancellationToken.None
            );
            await WaitAsync(work, key, answer, attempt, cancellationToken);
        }
    }

    private async Task<Answer> SendAsync(JsonObject request, CancellationToken cancellationToken)
    {
        using var span = ModelSpans.Ask(request);
        try
        {
            var answer = await client.SendAsync(request, cancellationToken);
            ModelSpans.Answered(span, request, answer, options.TellsContent);
            return answer;
        }
        catch (OperationCanceledException)
        {
            ModelSpans.Failed(span, "cancelled");
            throw;
        }
    }

    // Whoever let the cycle in had a key; another process on the same database may have taken up the work without one.
    private static OperationFailedException Keyless(IWorkContext work) =>
        Failed(
            "no_api_key",
            "The process that took up this work has no key for a language model: ANTHROPIC_API_KEY is not set there.",
            "Give the key to every process that does agent work, or start those without one with '--roles training,backtesting'; "
                + $"then go on where it stopped: ktrdr operations resume {work.RootId}"
        );

    private async Task<Order> PriceAsync(string phase, JsonObject body, CancellationToken cancellationToken)
    {
        var model = (string)body["model"]!;
        var price =
            prices.Today(model)
            ?? throw Failed(
                "unpriced_model",
                $"The model '{model}' has no price today, so what it would cost cannot be held back.",
                "Name a JSON file with its prices in AGENT_PRICES, or choose a model that ktrdr models lists."
            );
        var asked = (JsonObject)body.DeepClone();
        asked["stream"] = true;
        var counted = await client.CountAsync(asked, cancellationToken);
        return new Order(
            asked,
            phase,
            model,
            price,
            counted ?? Encoding.UTF8.GetByteCount(asked.ToJsonString(OperationJson.Options)),
            counted is null ? "bytes" : "provider",
            options.LeastTokens
        );
    }

    private async Task<long> ReserveAsync(
        IWorkContext work,
        string key,
        Order order,
        CancellationToken cancellationToken
    )
    {
        var wanted = order.WantedTokens - order.LeastTokens;
        if (options.CallLimit is { } limit)
        {
            if (order.Least > limit)
            {
                throw Failed(
                    "budget_exhausted",
                    $"{order.Needs} One request may cost {limit} at most.",
                    "Raise AGENT_CALL_LIMIT, choose a cheaper model with AGENT_MODEL, or use AGENT_PROVIDER=local, which costs nothing."
                );
            }

            wanted = order.Step > Money.Zero ? Math.Min(wanted, (limit - order.Least).Nano / order.Step.Nano) : wanted;
        }

        var allowance = await work.ReserveAsync(
            new Purchase
            {
                Key = key,
                Least = order.Least,
                Step = order.Step,
                Steps = wanted,
                Limits = _limits,
                About = new JsonObject
                {
                    ["model"] = order.Model,
                    ["phase"] = order.Phase,
                    ["prompt_tokens"] = order.PromptTokens,
                    ["counted_by"] = order.CountedBy,
                    ["max_tokens"] = order.LeastTokens + wanted,
                },
            },
            cancellationToken
        );
        return allowance switch
        {
            Allowance.Granted granted => order.LeastTokens + granted.Steps,
            Allowance.Refused refused => throw Refused(order, refused),
            _ => throw new InvalidOperationException($"{allowance} is no allowance."),
        };
    }

    private OperationFailedException Refused(Order order, Allowance.Refused refused)
    {
        var day = refused.Balance;
        return refused.Limit == "day"
            ? Failed(
                "budget_exhausted",
                $"{order.Needs} Of the daily limit of {_limits.PerDay} there is {refused.Left} left: {day.Settled} settled, "
                    + $"{day.Reserved} reserved. It resets at {day.ResetsAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.",
                "Wait until then, raise AGENT_DAILY_BUDGET, or use AGENT_PROVIDER=local, which costs nothing."
            )
            : Failed(
                "budget_exhausted",
                $"{order.Needs} Of the cycle's limit of {_limits.PerTree} there is {refused.Left} left. Today {day.Settled} are "
                    + $"settled and {day.Reserved} reserved; the day resets at {day.ResetsAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.",
                "Raise AGENT_CYCLE_LIMIT, choose a cheaper model with AGENT_MODEL, or use AGENT_PROVIDER=local, which costs nothing."
            );
    }

    private async Task WaitAsync(
        IWorkContext work,
        string key,
        Answer failure,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        switch (Retries.After(failure, attempt, Retries.Chance(work.OperationId, key, attempt), time.GetUtcNow()))
        {
            case Next.GiveUp { Error: var error }:
                throw new OperationFailedException(error);
            case Next.Wait { For: var wait }:
                work.Report(0, $"{Retries.Trouble(failure)}, trying again in {Math.Ceiling(wait.TotalSeconds):0} s");
                await Task.Delay(wait, time, cancellationToken);
                break;
        }
    }

    private static JsonObject Usage(ModelReply reply) =>
        new()
        {
            ["input_tokens"] = reply.Usage.Input,
            ["output_tokens"] = reply.Usage.Output,
            ["cache_read_tokens"] = reply.Usage.CacheRead,
            ["cache_write_tokens"] = reply.Usage.CacheWrite5Minutes + reply.Usage.CacheWrite1Hour,
            ["message_id"] = reply.MessageId,
            ["stop_reason"] = reply.StopReason,
        };

    private static OperationFailedException Failed(string code, string message, string next) =>
        new(new OperationError(code, message, next));

    /// <summary>A request with its price.</summary>
    private sealed record Order(
        JsonObject Body,
        string Phase,
        string Model,
        PriceRow Price,
        long PromptTokens,
        string CountedBy,
        long Floor
    )
    {
        private readonly Ceiling _most = Price.Most(PromptTokens);

        public long WantedTokens { get; } = Body["max_tokens"].Deserialize<long>();

        public long LeastTokens => Math.Min(Floor, WantedTokens);

        public Money Step => _most.OutputToken;

        public Money Least => _most.Prompt + (Step * LeastTokens);

        public string Needs =>
            $"This request to {Model} needs at least {Least}: up to {_most.Prompt} for {PromptTokens} prompt tokens and "
            + $"{Step * LeastTokens} for {LeastTokens} tokens of reply.";

        public JsonObject Request(long tokens)
        {
            var request = (JsonObject)Body.DeepClone();
            request["max_tokens"] = tokens;
            return request;
        }
    }
}
