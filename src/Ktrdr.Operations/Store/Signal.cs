namespace Ktrdr.Operations;

/// <summary>What one process lets the others know, in rising urgency.</summary>
internal enum SignalKind
{
    /// <summary>Something about it changed: whoever waits for it should look.</summary>
    Changed,

    /// <summary>It may be worked on: whoever has its role may claim it.</summary>
    Ready,

    /// <summary>Somebody asked for it to stop: whoever works on it should.</summary>
    Stop,
}

/// <summary>News of an operation from another process. A hint that may be lost: the record is the truth.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">To which operation.</param>
internal readonly record struct Signal(SignalKind Kind, string Id)
{
    // PostgreSQL carries 8,000 bytes at once, and an id has about 45.
    private const int MostInOne = 100;
    private const string Letters = "=+-";

    /// <summary>Signals as messages: a letter and an id each, with blanks between.</summary>
    public static IEnumerable<string> Messages(IEnumerable<Signal> signals) =>
        signals
            .Chunk(MostInOne)
            .Select(some => string.Join(' ', some.Select(signal => $"{Letters[(int)signal.Kind]}{signal.Id}")));

    /// <summary>The signals of a message; what makes no sense is left out.</summary>
    public static IEnumerable<Signal> Read(string message) =>
        from word in message.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let kind = Letters.IndexOf(word[0], StringComparison.Ordinal)
        where kind >= 0
        select new Signal((SignalKind)kind, word[1..]);
}
