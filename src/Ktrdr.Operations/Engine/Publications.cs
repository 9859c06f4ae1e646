using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Operations;

/// <summary>Puts recorded results under their public names, one at a time for each operation.</summary>
internal sealed class Publications(
    OperationStore store,
    Registrations registrations,
    IServiceScopeFactory scopes,
    Troubles troubles
)
{
    private readonly ConcurrentDictionary<string, bool> _publishing = new();

    /// <summary>Puts it there; may be repeated.</summary>
    public async Task PublishAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (registrations.Find(operation.Type) is not { } registration || !_publishing.TryAdd(operation.Id, true))
        {
            return;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await registration.PublishAsync(scope.ServiceProvider, operation, cancellationToken);
            await store.PublishedAsync(operation.Id, succeeded: true, CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next start publishes it.
        }
        catch (Exception exception) when (exception is not ObjectDisposedException)
        {
            troubles.PublishingFailed(operation.Id, exception);
            await store.PublishedAsync(operation.Id, succeeded: false, CancellationToken.None);
        }
        finally
        {
            _publishing.TryRemove(operation.Id, out _);
        }
    }
}
