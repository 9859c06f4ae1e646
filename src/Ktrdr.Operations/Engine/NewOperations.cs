using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>Makes operations out of requests: with an id, a role, and a trace that is its own for whoever asked and its parent's for
/// a child.</summary>
internal sealed class NewOperations(Registrations registrations, TimeProvider time)
{
    public NewOperation Root<TOrder>(StartRequest<TOrder> request)
    {
        if (request.Hold < Money.Zero)
        {
            throw new ArgumentException($"Nothing less than nothing can be held back; asked for {request.Hold}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(request.Places, 1);
        var id = Id(request.Type);
        var operation = Create(id, request.Type, request.Type, id, request.Order, request.Seed) with
        {
            Slot = request.Slot,
            Places = request.Places,
            Key = request.Key,
            Hold = request.Hold,
            Metadata = OperationJson.Facts(request.Metadata),
            TraceParent = Tracing.NewTrace(),
        };
        // The request that asked is over long before the work is: it has a trace of its own and says which work that was.
        Activity.Current?.SetTag("operation.id", id);
        return operation.After(request.Resumes);
    }

    public NewOperation Child<TOrder>(Operation parent, ChildRequest<TOrder> request) =>
        Create(Id(request.Type), request.Type, request.Name, parent.RootId, request.Order, request.Seed) with
        {
            ParentId = parent.Id,
            TraceParent = Activity.Current?.Id ?? parent.TraceParent,
        };

    private NewOperation Create<TOrder>(string id, string type, string name, string rootId, TOrder order, int? seed) =>
        new(id, type, registrations.Get(type).Role, name, rootId, OperationJson.Write(order))
        {
            Metadata = new JsonObject(),
            Seed = seed,
        };

    private string Id(string type) =>
        $"op_{type}_{time.GetUtcNow().UtcDateTime:yyyyMMdd_HHmmss}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
}
