using System.Globalization;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>Reads which operations to list from words.</summary>
internal static class OperationQueries
{
    private const int MostAtOnce = 1_000;
    private const int Usual = 10;
    private static readonly string[] s_statuses = [.. Enum.GetValues<OperationStatus>().Select(OperationViews.NameOf)];

    public static (OperationQuery? Query, ProblemResult? Problem) Read(
        string? type,
        string? status,
        string? limit,
        string? offset
    )
    {
        var kind = type?.ToLowerInvariant();
        if (kind is not null && !OperationTypes.All.Contains(kind))
        {
            return Refuse("type", type!, OperationTypes.All);
        }

        OperationStatus? wanted = null;
        if (status is not null)
        {
            var index = Array.IndexOf(s_statuses, status.ToLowerInvariant());
            if (index < 0)
            {
                return Refuse("status", status, s_statuses);
            }

            wanted = (OperationStatus)index;
        }

        if (Number(limit, Usual, 1, MostAtOnce) is not { } most)
        {
            return (null, OutOfRange("limit", limit!, $"a whole number from 1 to {MostAtOnce}"));
        }

        return Number(offset, 0, 0, int.MaxValue) is { } first
            ? (
                new OperationQuery
                {
                    Type = kind,
                    Status = wanted,
                    Limit = most,
                    Offset = first,
                },
                null
            )
            : (null, OutOfRange("offset", offset!, "a whole number from 0"));
    }

    private static int? Number(string? text, int otherwise, int least, int most) =>
        text is null ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
        : null;

    private static (OperationQuery?, ProblemResult) Refuse(string key, string given, IReadOnlyList<string> known) =>
        (
            null,
            ProblemResult.Invalid(
                "invalid_value",
                $"{key} is '{given}', which is none.{Hints.Of(given, known)}",
                $"Use one of {string.Join(", ", known)}."
            )
        );

    private static ProblemResult OutOfRange(string key, string given, string range) =>
        ProblemResult.Invalid("invalid_value", $"{key} is '{given}'.", $"Use {range}.");
}
