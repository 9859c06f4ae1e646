using System.Diagnostics;

namespace Ktrdr.Agent;

/// <summary>Something that only the provider may see. It has no public property, so nothing serialises it, and prints as
/// <c>***</c>.</summary>
[DebuggerDisplay("***")]
internal sealed class Secret
{
    private readonly string _value;

    /// <summary>Wraps a secret.</summary>
    public Secret(string value) =>
        _value = value is { Length: > 0 }
            ? value
            : throw new ArgumentException("A secret is not empty.", nameof(value));

    /// <summary>The secret itself, for the one place that sends it.</summary>
    public string Reveal() => _value;

    /// <summary>A text without the secret.</summary>
    public string CutFrom(string text) => text.Replace(_value, ToString(), StringComparison.Ordinal);

    /// <summary><c>***</c></summary>
    public override string ToString() => "***";
}
