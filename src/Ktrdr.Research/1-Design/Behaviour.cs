using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>What a strategy does on probe bars, as one number: the same for two that differ only in names and order.</summary>
/// <remarks>
/// <para>Two strategies behave the same when they compute the same features, teach the same labels and agree on network,
/// training, decisions and exits. Symbol, names, words and a seed of the strategy's own have no part in it.</para>
/// <para>The probe is always the same stretch of the sample market, whatever the strategy is for. A feature or a label that
/// it does not move, such as a set around the price of a share, tells nothing there and counts by its definition.</para>
/// </remarks>
internal static class Behaviour
{
    private const int ProbeBars = 3_000;
    private const int FewestValues = 100;
    private const double Grain = 1e-6;

    private static readonly Lazy<Bars> s_sample = new(() => SampleMarket.Make().Slice(0, ProbeBars));

    /// <summary>SHA-256, in lower-case hex; null where the probe is too short for the strategy's timeframes.</summary>
    public static string? Of(StrategyDocument strategy)
    {
        var market = Probe(strategy.Data);
        FeatureMatrix features;
        try
        {
            features = FeatureAssembly.Build(strategy, market);
        }
        catch (FeatureException)
        {
            return null;
        }

        var parts = Alone(strategy)
            .Select((alone, column) => Column(features, column) ?? StrategyHash.Of(alone))
            .Order(StringComparer.Ordinal)
            .Append(StrategyHash.Of(Frame(strategy)))
            .Append(Labels(market.Base, strategy));
        return Hash(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }

    /// <summary>The sample's bars as if each were as long as the strategy's shortest, and longer ones made from those.</summary>
    private static MarketWindow Probe(TrainingData data)
    {
        var sample = s_sample.Value;
        var shortest = data.Timeframes.Min()!;
        var times = new long[sample.Count];
        var volume = new double[sample.Count];
        for (var bar = 0; bar < times.Length; bar++)
        {
            times[bar] = sample.Times[0] + ((long)bar * shortest.Seconds);
            // The sample trades no volume; a busy bar is a wide one.
            volume[bar] = sample.High[bar] - sample.Low[bar];
        }

        var bars = new Bars(
            shortest,
            times,
            sample.Open.ToArray(),
            sample.High.ToArray(),
            sample.Low.ToArray(),
            sample.Close.ToArray(),
            volume,
            spread: null
        );
        return new MarketWindow
        {
            Symbol = data.Symbol,
            Kind = InstrumentKind.Forex,
            Synthetic = true,
            Window = Window.Learning,
            BaseTimeframe = data.BaseTimeframe,
            Series = data.Timeframes.Distinct().ToDictionary(known => known, known => Resampling.To(bars, known)),
            First = 0,
            Hash = "",
            TypicalSpread = double.NaN,
        };
    }

    /// <summary>For each feature, in the order of the network's inputs, the strategy that has nothing but it.</summary>
    private static IEnumerable<StrategyDocument> Alone(StrategyDocument strategy)
    {
        var frame = Frame(strategy);
        foreach (var input in strategy.Inputs)
        {
            foreach (var timeframe in input.Timeframes)
            {
                if (input is NetworkInput.Raw raw)
                {
                    yield return With(raw.Indicator) with
                    {
                        Inputs = [new NetworkInput.Raw(Renamed(raw.Indicator), [timeframe], raw.Normalization)],
                    };
                    continue;
                }

                var id = ((NetworkInput.Fuzzy)input).FuzzySetId;
                var set = strategy.FuzzySets.First(known => known.Id == id);
                foreach (var membership in set.Memberships)
                {
                    yield return With(set.Indicator) with
                    {
                        FuzzySets = [new FuzzySet("", Renamed(set.Indicator), [membership with { Name = "" }])],
                        Inputs = [new NetworkInput.Fuzzy("", [timeframe])],
                    };
                }
            }
        }

        StrategyDocument With(IndicatorReference reference) =>
            frame with
            {
                Indicators =
                [
                    strategy.Indicators.First(indicator => indicator.Id == reference.IndicatorId) with
                    {
                        Id = "",
                    },
                ],
            };

        static IndicatorReference Renamed(IndicatorReference reference) => reference with { IndicatorId = "" };
    }

    /// <summary>What is left of a strategy without its market, features and labels.</summary>
    private static StrategyDocument Frame(StrategyDocument strategy) =>
        strategy with
        {
            Data = strategy.Data with { Symbol = "", Timeframes = [.. strategy.Data.Timeframes.Order()] },
            Indicators = [],
            FuzzySets = [],
            Inputs = [],
            Training = strategy.Training with { Labels = new LabelRules.ZigZag(0, 0), Seed = null },
        };

    /// <summary>What a feature is on the probe, in steps of the grain; null when the probe does not move it.</summary>
    private static string? Column(FeatureMatrix features, int column)
    {
        var normalization = (long)features.Columns[column].Normalization;
        var values = new long[features.Rows + 1];
        values[^1] = normalization;
        var seen = new HashSet<long>();
        var known = 0;
        for (var row = 0; row < features.Rows; row++)
        {
            var value = features.Row(row)[column];
            values[row] = float.IsFinite(value) ? (long)Math.Round(value / Grain) : long.MinValue;
            if (float.IsFinite(value))
            {
                known++;
                seen.Add(values[row]);
            }
        }

        return known >= FewestValues && seen.Count > 1 ? Hash(values) : null;
    }

    /// <summary>What the bars of the probe teach, or the rules themselves when that is the same for every bar.</summary>
    private static string Labels(Bars bars, StrategyDocument strategy)
    {
        var rules = strategy.Training.Labels;
        var classes = LabelMaker.Label(bars, rules).Classes;
        return classes.Where(taught => taught != LabelColumn.None).Distinct().Skip(1).Any()
            ? Hash(Array.ConvertAll(classes, taught => (long)taught))
            : StrategyHash.Of(Frame(strategy) with { Training = strategy.Training with { Seed = null } });
    }

    private static string Hash(long[] values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        return Hash(bytes);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
