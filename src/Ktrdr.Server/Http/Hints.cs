using Ktrdr.Core;

namespace Ktrdr.Server;

/// <summary>Guesses what was meant.</summary>
internal static class Hints
{
    /// <summary>A sentence with the nearest known word, led by a space; empty where none is near.</summary>
    public static string Of(string given, IEnumerable<string> known) =>
        NearestName.Of(given, known) is [var nearest, ..] ? $" Did you mean '{nearest}'?" : "";
}
