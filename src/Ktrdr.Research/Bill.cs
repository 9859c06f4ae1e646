using System.Globalization;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>What language models cost: what a cycle holds back, how the day stands, and every purchase.</summary>
internal sealed class Bill(IOperations operations, ResearchOptions options)
{
    /// <summary>The most that may be spent in a day, or null.</summary>
    public Money? DailyLimit => options.DailyBudget is { } dollars ? Money.FromDollars(dollars) : null;

    /// <summary>What a cycle holds back while it lives: only one that may have to pay.</summary>
    public Money HoldFor(string provider) =>
        provider == Providers.Anthropic ? Money.FromDollars(options.CycleEstimate) : Money.Zero;

    /// <summary>Why a cycle is not started on a day whose limit leaves less than it holds back.</summary>
    public Refusal Exhausted(Balance balance)
    {
        var resets = balance.ResetsAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return new Refusal(
            "budget_exhausted",
            $"A cycle holds back {HoldFor(Providers.Anthropic)}, and today's limit of {balance.Limit} leaves {balance.Left}: "
                + $"{balance.Settled} settled, {balance.Reserved} reserved. It resets at {resets}.",
            "Wait for the reset, raise AGENT_DAILY_BUDGET, or take the built-in designer with '--model local'. "
                + "'ktrdr agent budget' shows where the money went."
        );
    }

    public async Task<Budget> BudgetAsync(CancellationToken cancellationToken)
    {
        var balance = await operations.BalanceAsync(DailyLimit, cancellationToken);
        return new Budget
        {
            Date = balance.Day,
            DailyLimit = balance.Limit?.Dollars,
            Settled = balance.Settled.Dollars,
            Reserved = balance.Reserved.Dollars,
            Remaining = balance.Left?.Dollars,
            CyclesAffordable = balance.Left is { } left
                ? (int)Math.Min(int.MaxValue, Math.Floor(left.Dollars / options.CycleEstimate))
                : null,
            PerCycleMean = balance.PayingTrees == 0 ? 0 : Math.Round(balance.Settled.Dollars / balance.PayingTrees, 9),
            ResetsAt = balance.ResetsAt,
            SpendEvents = balance.Payments,
        };
    }

    public async Task<IReadOnlyList<ModelCall>> CallsAsync(DateOnly? day, CancellationToken cancellationToken)
    {
        var payments = await operations.PaymentsAsync(day, rootId: null, cancellationToken);
        return [.. payments.Select(Call)];
    }

    private static ModelCall Call(Payment payment) =>
        new()
        {
            OperationId = payment.OperationId,
            CycleId = payment.RootId,
            Key = payment.Key,
            Phase = (string?)payment.About["phase"] ?? "",
            Model = (string?)payment.About["model"] ?? "",
            InputTokens = (long?)payment.Usage["input_tokens"] ?? 0,
            OutputTokens = (long?)payment.Usage["output_tokens"] ?? 0,
            CacheReadTokens = (long?)payment.Usage["cache_read_tokens"] ?? 0,
            CacheWriteTokens = (long?)payment.Usage["cache_write_tokens"] ?? 0,
            Reserved = payment.Reserved,
            Settled = payment.Settled,
            Outcome = payment.Outcome,
            At = payment.ReservedAt,
        };
}
