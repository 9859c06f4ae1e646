using System.Text.Json;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>Gathers what is known about a strategy from its file, its models, its assessment and its operations.</summary>
internal sealed class StrategyRecords(
    HomeFolder home,
    StrategyShelf strategies,
    IModelShelf models,
    IAssessmentShelf assessments,
    IOperations operations
)
{
    private const int FarEnoughBack = 1_000;

    /// <summary>Every strategy in short.</summary>
    public async Task<IReadOnlyList<StrategyView>> ListAsync(CancellationToken cancellationToken)
    {
        var views = new List<StrategyView>();
        foreach (var name in strategies.Names())
        {
            views.Add(await SummaryAsync(name, cancellationToken));
        }

        return views;
    }

    /// <summary>One strategy in full. It must exist.</summary>
    public async Task<StrategyView> ShowAsync(string name, CancellationToken cancellationToken)
    {
        var summary = await SummaryAsync(name, cancellationToken);
        var assessment = await assessments.ReadAsync(name, cancellationToken);
        return summary with
        {
            Yaml = await File.ReadAllTextAsync(home.Resolve(summary.Path), cancellationToken),
            LatestTraining = await LatestAsync(OperationTypes.Training, name, cancellationToken),
            LatestBacktest = await LatestAsync(OperationTypes.Backtest, name, cancellationToken),
            Assessment = assessment is null
                ? null
                : JsonSerializer.SerializeToElement(assessment, OperationJson.Options),
        };
    }

    private async Task<StrategyView> SummaryAsync(string name, CancellationToken cancellationToken)
    {
        var document = (await strategies.CheckAsync(name, cancellationToken)).Document;
        return new StrategyView
        {
            Name = name,
            Path = strategies.PathOf(name),
            Valid = document is not null,
            Description = document?.Description,
            Symbol = document?.Data.Symbol,
            Timeframe = document?.Data.BaseTimeframe.Name,
            Indicators = [.. document?.Indicators.Select(indicator => indicator.Definition.Type).Distinct() ?? []],
            ModelPath = (await models.LatestAsync(name, cancellationToken))?.Path,
            Verdict = (await assessments.ReadAsync(name, cancellationToken))?.Verdict,
            Yaml = null,
            LatestTraining = null,
            LatestBacktest = null,
            Assessment = null,
        };
    }

    private async Task<JsonElement?> LatestAsync(string type, string name, CancellationToken cancellationToken)
    {
        var page = await operations.ListAsync(
            new OperationQuery
            {
                Type = type,
                Status = OperationStatus.Completed,
                Counted = false,
                Limit = FarEnoughBack,
            },
            cancellationToken
        );
        return page.Operations.FirstOrDefault(operation => IsOrderedFor(operation, name))?.Result;
    }

    private static bool IsOrderedFor(Operation operation, string name) =>
        operation.Order.ValueKind == JsonValueKind.Object
        && operation.Order.TryGetProperty("strategy_name", out var ordered)
        && ordered.ValueEquals(name);
}
