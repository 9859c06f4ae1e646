using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>All that a language model may do in one conversation, and what comes of it.</summary>
/// <typeparam name="T">What the conversation is held for.</typeparam>
internal interface ITools<T>
    where T : class
{
    /// <summary>The tools as a request describes them.</summary>
    JsonArray Definitions();

    /// <summary>Asks in words for the tool that ends the conversation.</summary>
    string Request { get; }

    /// <summary>What is wanted, in two or three words for a person, such as <c>a strategy</c>.</summary>
    string Wanted { get; }

    /// <summary>Does what a call asks for, or says why not.</summary>
    /// <param name="tool">The tool's name, as the model wrote it.</param>
    /// <param name="arguments">JSON, as the model wrote it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ToolAnswer<T>> CallAsync(string tool, string arguments, CancellationToken cancellationToken);

    /// <summary>Takes a text for the thing itself: the last resort with a model that writes instead of calling.</summary>
    Task<ToolAnswer<T>> ReadAsync(string text, CancellationToken cancellationToken);
}

/// <summary>What a call came to.</summary>
/// <param name="Text">What the model is told.</param>
/// <param name="IsError">Whether it did wrong.</param>
/// <param name="Saved">What was saved; ends the conversation.</param>
/// <param name="Problems">How many things were wrong.</param>
internal sealed record ToolAnswer<T>(string Text, bool IsError, T? Saved = null, int Problems = 0)
    where T : class;
