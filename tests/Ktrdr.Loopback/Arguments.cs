namespace Ktrdr.Loopback;

/// <summary>What follows a verb: <c>--name value</c>, any number of times.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    private Arguments() { }

    /// <summary>Reads them; a name that is not known is an error.</summary>
    public static Arguments Read(string[] arguments, params string[] known)
    {
        var read = new Arguments();
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair is not [['-', '-', .. var name], var value] || !known.Contains(name))
            {
                throw new ArgumentException(
                    $"'{string.Join(' ', pair)}' is not understood; there is --{string.Join(" N, --", known)} N."
                );
            }

            read._values[name] = value;
        }

        return read;
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        !_values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, out var number) ? number
        : throw new ArgumentException($"--{name} takes a number, not '{text}'.");
}
