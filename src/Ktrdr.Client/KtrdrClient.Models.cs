using System.Globalization;

namespace Ktrdr.Client;

/// <content>Language models: what they cost and what was said.</content>
public sealed partial class KtrdrClient
{
    /// <inheritdoc/>
    public Task<EstimateView> EstimateAsync(TriggerRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "agent/estimate",
            Json(request, ClientJson.Default.TriggerRequest),
            ClientJson.Default.EstimateView,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<Many<CallView>> CallsAsync(CallFilter filter, CancellationToken cancellationToken) =>
        GetAsync(
            Api
                + "agent/budget/calls"
                + Query(
                    ("day", filter.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                    ("cycle", filter.Cycle)
                ),
            ClientJson.Default.ManyCallView,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelView>> ModelsAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Api + "models", ClientJson.Default.ManyModelView, cancellationToken)).Data;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExchangeView>> ExchangesAsync(
        string operationId,
        CancellationToken cancellationToken
    ) =>
        (
            await GetAsync(
                Api + "operations/" + Segment(operationId) + "/exchanges",
                ClientJson.Default.ManyExchangeView,
                cancellationToken
            )
        ).Data;
}
