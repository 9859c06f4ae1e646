namespace Ktrdr.Server;

/// <summary>Labels as they stand between braces, written without making a string of them.</summary>
internal static class LabelText
{
    /// <summary>The most characters that labels can take.</summary>
    public static int MostLength(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var length = 0;
        foreach (var (name, value) in tags)
        {
            // Every character may need another before it; besides, a comma, an equals sign and two quotes.
            length += name.Length + (2 * TextOf(value).Length) + 4;
        }

        return length;
    }

    /// <summary>Writes labels.</summary>
    /// <returns>How many characters they took.</returns>
    public static int Write(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> text)
    {
        var at = 0;
        foreach (var (name, value) in tags)
        {
            if (at > 0)
            {
                text[at++] = ',';
            }

            name.CopyTo(text[at..]);
            at += name.Length;
            text[at++] = '=';
            text[at++] = '"';
            foreach (var letter in TextOf(value))
            {
                if (letter is '\\' or '"' or '\n')
                {
                    text[at++] = '\\';
                }

                text[at++] = letter == '\n' ? 'n' : letter;
            }

            text[at++] = '"';
        }

        return at;
    }

    private static string TextOf(object? value) => value as string ?? value?.ToString() ?? "";
}
