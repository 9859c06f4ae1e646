using System.Text.Json.Nodes;
using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>Buys replies: the most a reply can cost is held back before it is asked for, and what it did cost is charged after.</summary>
internal sealed class Purchases
{
    /// <summary>The reply to a request: the recorded one if it was bought before, else a new one, bought once.</summary>
    /// <param name="work">The operation that pays; the exchange is recorded with it.</param>
    /// <param name="name">The exchange's name among the operation's records, such as <c>exchange-1</c>.</param>
    /// <param name="phase"><c>designing</c> or <c>assessing</c>.</param>
    /// <param name="body">The request's body: model, system, messages, tools. <c>max_tokens</c> is the most that is wanted; what goes
    /// out may be less where money is short.</param>
    /// <param name="cancellationToken">Gives up at once, also in the middle of a reply.</param>
    /// <exception cref="OperationFailedException">No money, no answer, or a request the provider refuses: with code, figures
    /// and next step.</exception>
    public Task<ModelReply> BuyAsync(
        IWorkContext work,
        string name,
        string phase,
        JsonObject body,
        CancellationToken cancellationToken
    ) => throw new NotImplementedException();
}
