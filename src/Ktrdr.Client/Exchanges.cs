using System.Text.Json;

namespace Ktrdr.Client;

/// <summary>One request to a language model and its reply, as recorded. No key is in it.</summary>
public sealed record ExchangeView
{
    /// <summary>The design or assessment that made it.</summary>
    public required string OperationId { get; init; }

    /// <summary><c>designing</c> or <c>assessing</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Its name within the operation, such as <c>exchange-1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The body that went out.</summary>
    public required JsonElement Request { get; init; }

    /// <summary>What came back.</summary>
    public required JsonElement Reply { get; init; }
}
