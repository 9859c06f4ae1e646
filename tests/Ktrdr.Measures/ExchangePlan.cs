using System.Text;
using System.Text.Json.Nodes;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>What is asked and what is answered in the measure of exchanges, all decided by its seed.</summary>
internal sealed class ExchangePlan(int seed)
{
    /// <summary>How many exchanges one operation makes, one after the other.</summary>
    public const int Each = 10;

    private static readonly string[] s_models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];

    /// <summary>The name of an exchange among the records of its operation.</summary>
    public static string Name(int exchange) => $"exchange-{exchange}";

    /// <summary>What stands in a request, so that the bill knows which exchange it is for.</summary>
    public static string Mark(int order, int exchange) => $"Order {order}, {Name(exchange)}.";

    /// <summary>The request of an exchange.</summary>
    public JsonObject Request(int order, int exchange)
    {
        var chance = new Random(HashCode.Of(seed, order, exchange));
        var system = new JsonObject { ["type"] = "text", ["text"] = Words(new Random(order % 7), 6_000) };
        if (chance.Next(2) == 0)
        {
            system["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
        }

        return new JsonObject
        {
            ["model"] = s_models[chance.Next(s_models.Length)],
            ["max_tokens"] = (long)chance.Next(20, 2_000),
            ["system"] = new JsonArray(system),
            ["messages"] = new JsonArray(
                new JsonObject
                {
                    ["role"] = "user",
                    ["content"] = $"{Mark(order, exchange)} {Words(chance, chance.Next(10, 3_000))}",
                }
            ),
        };
    }

    /// <summary>The answer to the request that arrives as this number: in four of five cases a whole reply.</summary>
    public Turn Answer(int number)
    {
        var chance = new Random(HashCode.Of(seed, number, -1));
        var turn = Turn.Text(Words(chance, chance.Next(1, 1_500)));
        turn = chance.Next(3) == 0 ? turn.AfterThinking(Words(chance, chance.Next(1, 600))) : turn;
        turn =
            chance.Next(3) == 0 ? turn.And(Turn.ToolUse("save", new JsonObject { ["a"] = Words(chance, 200) })) : turn;
        var events = chance.Next(0, 12);
        return chance.Next(100) switch
        {
            < 3 => Fault.RateLimit(chance.Next(0, 2)),
            < 5 => Fault.Overloaded,
            < 6 => Fault.InternalError,
            < 7 => Fault.Unavailable,
            < 8 => Fault.CreditTooLow,
            < 9 => turn.Failing(Fault.ResetBeforeHeaders),
            < 11 => turn.Failing(Fault.ResetAfter(events)),
            < 13 => turn.Failing(Fault.EndAfter(events)),
            < 15 => turn.Failing(Fault.ErrorAfter(events)),
            < 17 => turn.Failing(Fault.GarbageAfter(events)),
            < 18 => turn.Failing(Fault.StallAfter(events)),
            < 20 => turn.Failing(new Fault.Strange()),
            _ => turn,
        };
    }

    private static string Words(Random chance, int length)
    {
        const string Letters = "abcdefghij klmnopqrst uvwxyz <&'\"\\+> äß – 🌧 \n";
        var runes = Letters.EnumerateRunes().ToArray();
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(runes[chance.Next(runes.Length)]);
        }

        return text.ToString();
    }

    // HashCode of the framework differs from process to process; parent and child must agree.
    private static class HashCode
    {
        public static int Of(int one, int two, int three) => unchecked((((one * 1_000_003) + two) * 1_000_003) + three);
    }
}
