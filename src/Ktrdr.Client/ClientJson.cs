using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ktrdr.Client;

/// <summary>How every record is spelled on the wire: snake_case, UTC times, nine places of a dollar. Generated, so it starts fast.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcTimeConverter), typeof(DollarsConverter)]
)]
[JsonSerializable(typeof(One<OperationView>))]
[JsonSerializable(typeof(Many<OperationView>))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(Many<EventView>))]
[JsonSerializable(typeof(CancelResponse))]
[JsonSerializable(typeof(StartResponse))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(TriggerRequest))]
[JsonSerializable(typeof(TriggerResponse))]
[JsonSerializable(typeof(RunCycleView))]
[JsonSerializable(typeof(RunSummaryView))]
[JsonSerializable(typeof(AgentStatus))]
[JsonSerializable(typeof(BudgetView))]
[JsonSerializable(typeof(EstimateView))]
[JsonSerializable(typeof(Many<CallView>))]
[JsonSerializable(typeof(Many<ModelView>))]
[JsonSerializable(typeof(Many<ExchangeView>))]
[JsonSerializable(typeof(One<DatasetReportView>))]
[JsonSerializable(typeof(Many<DatasetView>))]
[JsonSerializable(typeof(One<ImportReportView>))]
[JsonSerializable(typeof(One<StrategyView>))]
[JsonSerializable(typeof(Many<StrategyView>))]
[JsonSerializable(typeof(ValidationView))]
[JsonSerializable(typeof(Many<IndicatorView>))]
[JsonSerializable(typeof(TrainingRequest))]
[JsonSerializable(typeof(BacktestRequest))]
[JsonSerializable(typeof(Many<WorkerView>))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ExaminationView))]
[JsonSerializable(typeof(ProblemView))]
public sealed partial class ClientJson : JsonSerializerContext;

/// <summary>Times as <c>2026-01-02T10:15:00.123Z</c>.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(
            value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        );
}

/// <summary>Dollars as decimal numbers with nine places, so that a sum of token prices is exact and reads as money.</summary>
public sealed class DollarsConverter : JsonConverter<decimal>
{
    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDecimal();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString("0.000000000", CultureInfo.InvariantCulture));
}
