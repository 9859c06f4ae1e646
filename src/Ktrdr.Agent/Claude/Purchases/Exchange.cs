using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>One request and its reply, as they are kept with the operation: what a replay reads instead of buying again.</summary>
/// <param name="Request">The request's body, exactly as it went out; no header, so no key.</param>
/// <param name="Reply">What came back.</param>
internal sealed record Exchange(JsonObject Request, ModelReply Reply);
