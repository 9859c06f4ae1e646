using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>The first request of a conversation.</summary>
/// <param name="System">Text blocks that are the same for every cycle; the last is marked for caching, with the tools before it.</param>
/// <param name="User">What is particular to this one.</param>
internal sealed record Prompt(JsonArray System, string User)
{
    /// <summary>A prompt whose stable part is one text.</summary>
    public static Prompt Of(string stable, string user) =>
        new(
            [
                new JsonObject
                {
                    ["type"] = "text",
                    ["text"] = stable,
                    ["cache_control"] = new JsonObject { ["type"] = "ephemeral" },
                },
            ],
            user
        );

    /// <summary>A number as it stands in a prompt: four places at most, each a token.</summary>
    public static string Number(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The beginning of a text that somebody else wrote and that may be of any length; never half a character.</summary>
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…";

    /// <summary>A text as it is counted where no provider counts it: UTF-8 bytes divided by four, rounded up.</summary>
    public static long Tokens(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;
}
