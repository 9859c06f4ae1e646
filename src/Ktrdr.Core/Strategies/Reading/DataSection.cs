using System.Text.RegularExpressions;

namespace Ktrdr.Core;

/// <summary>Reads <c>training_data</c>, and <c>deployment</c>, which repeats some of it.</summary>
internal static class DataSection
{
    private const int ShortestHistory = 50;
    private const int LongestHistory = 1_000_000;

    private static readonly Regex SymbolForm = new(
        @"\A[A-Za-z0-9][A-Za-z0-9_-]{0,31}\z",
        RegexOptions.None,
        TimeSpan.FromSeconds(1)
    );

    public static TrainingData Read(Section section)
    {
        var symbol = section.Need("symbols", "{mode: single, symbol: EURUSD}") is { } symbols
            ? Symbol(section.Child("symbols")!)
            : "";
        var (timeframes, main) = section.Need("timeframes", "{mode: single, timeframe: 1h}") is null
            ? ([], default)
            : Timeframes(section.Child("timeframes")!);
        var history = section.Take("history_required")?.Integer(new Bounds(ShortestHistory, LongestHistory));
        var (start, end) = Dates(section);
        section.Close();
        return new TrainingData
        {
            Symbol = symbol,
            Timeframes = timeframes,
            BaseTimeframe = main,
            HistoryRequired = history ?? StrategyDefaults.HistoryRequired,
            Start = start,
            End = end,
        };
    }

    /// <summary>Checks a section that says where a strategy may be used, which nothing here asks yet.</summary>
    public static void CheckDeployment(Section section)
    {
        if (section.Child("target_symbols") is { } symbols)
        {
            symbols.Take("mode")?.Word([("training_only", 0), ("universal", 1), ("group_restricted", 2)]);
            if (symbols.Child("restrictions") is { } restrictions)
            {
                Texts(restrictions.Take("asset_classes"));
                Texts(restrictions.Take("excluded_symbols"));
                restrictions.Take("min_liquidity_tier")?.Text();
                restrictions.Close();
            }

            symbols.Close();
        }

        if (section.Child("target_timeframes") is { } timeframes)
        {
            timeframes.Take("mode")?.Word([("single", 0), ("multi_timeframe", 1)]);
            timeframes.Take("timeframe")?.Timeframe();
            foreach (var item in timeframes.Take("supported")?.Items("[1h, 4h]") ?? [])
            {
                item.Timeframe();
            }

            timeframes.Close();
        }

        section.Close();
    }

    private static string Symbol(Section section)
    {
        section.Take("mode")?.Word([("single", 0)], ("multi_symbol", "a strategy learns from one symbol"));
        var one = section.Take("symbol");
        var list = section.Take("list");
        if (section.Note("selection_criteria") is { } criteria && section.Child("selection_criteria") is { } fields)
        {
            fields.Take("asset_class")?.Text();
            fields.Take("liquidity_tier")?.Text();
            foreach (var range in new[] { fields.Take("volatility_range"), fields.Take("market_cap_range") })
            {
                CheckRange(range);
            }

            fields.Close();
        }

        section.Close();
        if (list?.Items("[EURUSD]") is { } items)
        {
            if (items.Count > 1)
            {
                list.Refuse($"several symbols in one strategy are not supported yet; keep one of the {items.Count}");
                return "";
            }

            if (one is not null)
            {
                list.Refuse("both symbol and list are given; keep 'symbol'");
                return "";
            }

            one = items is [var only] ? only : null;
        }

        if (one is null)
        {
            section.Place.Missing("symbol", "EURUSD");
            return "";
        }

        var symbol = one.Text();
        if (symbol is null || SymbolForm.IsMatch(symbol))
        {
            return symbol ?? "";
        }

        one.Refuse($"{one} is not a symbol; use up to 32 letters, digits, '_' and '-', such as EURUSD");
        return "";
    }

    private static (IReadOnlyList<Timeframe> All, Timeframe Main) Timeframes(Section section)
    {
        var several = section.Take("mode")?.Word([("single", false), ("multi_timeframe", true)]);
        var one = section.Take("timeframe");
        var list = section.Take("list");
        var main = section.Take("base_timeframe");
        section.Close();

        if (one is not null && list is not null)
        {
            list.Refuse("both timeframe and list are given; keep one of them");
        }

        var read = one is not null ? [one.Timeframe()] : Known(list);
        if (one is null && list is null)
        {
            section.Place.Missing(several == true ? "list" : "timeframe", several == true ? "[1h, 4h]" : "1h");
            return ([], default);
        }

        var timeframes = read.OfType<Timeframe>().ToArray();
        if (timeframes.Length < read.Count || timeframes.Length == 0)
        {
            main?.Timeframe();
            return ([], default);
        }

        if (several == true && timeframes.Length < 2)
        {
            section.Place.Refuse(
                $"mode multi_timeframe with {timeframes.Length} timeframe; list at least two or use mode single"
            );
        }

        if (several == false && timeframes.Length > 1)
        {
            section.Place.Refuse($"mode single with {timeframes.Length} timeframes; use mode multi_timeframe");
        }

        return (timeframes, Main(section, main, timeframes));
    }

    private static Timeframe Main(Section section, Value? main, Timeframe[] timeframes)
    {
        if (main is null)
        {
            if (timeframes.Length > 1)
            {
                section.Place.Missing("base_timeframe", timeframes.Min().Name);
            }

            return timeframes[0];
        }

        if (main.Timeframe() is not { } chosen)
        {
            return timeframes[0];
        }

        if (!timeframes.Contains(chosen))
        {
            main.Refuse(
                $"'{chosen}' is not among the timeframes {string.Join(", ", timeframes)}; the nearest is '{Nearest(chosen, timeframes)}'"
            );
        }

        return chosen;
    }

    private static List<Timeframe?> Known(Value? list)
    {
        var known = new List<Timeframe?>();
        foreach (var item in list?.Items("[1h, 4h]") ?? [])
        {
            var timeframe = item.Timeframe();
            if (timeframe is not null && known.Contains(timeframe))
            {
                item.Refuse($"'{timeframe}' is listed twice; keep one");
                continue;
            }

            known.Add(timeframe);
        }

        if (list is { Node: DocumentNode.List { Items.Count: 0 } })
        {
            list.Refuse("the list is empty; write for example [1h, 4h]");
        }

        return known;
    }

    private static (DateOnly? Start, DateOnly? End) Dates(Section section)
    {
        var range = section.Child("date_range");
        var start = Date(section.Take("start_date"), range?.Take("start"));
        var end = Date(section.Take("end_date"), range?.Take("end"));
        range?.Close();
        if (start > end)
        {
            section.Place.Refuse($"the range starts at {start:yyyy-MM-dd}, after its end {end:yyyy-MM-dd}; swap them");
        }

        return (start, end);
    }

    private static DateOnly? Date(Value? single, Value? ranged)
    {
        var (one, other) = (single?.Day(), ranged?.Day());
        if (one is not null && other is not null && one != other)
        {
            single!.Refuse($"'{one:yyyy-MM-dd}' contradicts {ranged!.Path} '{other:yyyy-MM-dd}'; keep date_range");
        }

        return other ?? one;
    }

    private static void CheckRange(Value? range)
    {
        if (range?.Items("[0.1, 0.5]") is not { } ends)
        {
            return;
        }

        foreach (var end in ends)
        {
            end.Number(Bounds.Any);
        }

        if (ends.Count != 2)
        {
            range.Refuse($"{range} is not a range; write its two ends, such as [0.1, 0.5]");
        }
    }

    private static void Texts(Value? list)
    {
        foreach (var item in list?.Items("[a, b]") ?? [])
        {
            item.Text();
        }
    }

    private static Timeframe Nearest(Timeframe wanted, Timeframe[] timeframes) =>
        timeframes.MinBy(timeframe => Math.Abs(Math.Log((double)timeframe.Seconds / wanted.Seconds)));
}
