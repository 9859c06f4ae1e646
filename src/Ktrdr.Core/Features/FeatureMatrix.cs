using System.Numerics.Tensors;

namespace Ktrdr.Core;

/// <summary>The features of every bar of the base timeframe: one row a bar, one column a feature, NaN where one is missing.</summary>
/// <remarks>A row is decided by bars that had closed when its own bar closed. Nothing is ever filled in.</remarks>
public sealed class FeatureMatrix
{
    private const int RowsAtATime = 64;
    private readonly double[]?[] _raw;
    private readonly int _historyRequired;
    private readonly bool[] _usable;

    /// <param name="columns">What the columns are.</param>
    /// <param name="values">The rows, one after the other.</param>
    /// <param name="raw">Per column the unscaled values, or null for a membership.</param>
    /// <param name="historyRequired">Bars before the first usable row.</param>
    internal FeatureMatrix(IReadOnlyList<FeatureColumn> columns, float[] values, double[]?[] raw, int historyRequired)
    {
        (Columns, Values, _raw, _historyRequired) = (columns, values, raw, historyRequired);
        Rows = columns.Count == 0 ? 0 : values.Length / columns.Count;
        _usable = new bool[Rows];
        for (var bar = Math.Min(historyRequired, Rows); bar < Rows; bar += RowsAtATime)
        {
            FindUsable(bar, Math.Min(RowsAtATime, Rows - bar));
        }
    }

    private FeatureMatrix(FeatureMatrix same, IReadOnlyList<FeatureColumn> columns) =>
        (Columns, Values, Rows, _raw, _historyRequired, _usable) = (
            columns,
            same.Values,
            same.Rows,
            same._raw,
            same._historyRequired,
            same._usable
        );

    /// <summary>The columns, in the order of the network's inputs, with the scaling that <see cref="Values"/> went through.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>The rows, one after the other.</summary>
    public float[] Values { get; }

    /// <summary>How many rows there are: one for every bar of the base timeframe.</summary>
    public int Rows { get; }

    /// <summary>How many features a row has.</summary>
    public int Width => Columns.Count;

    /// <summary>The features of a bar.</summary>
    public ReadOnlySpan<float> Row(int bar) => Values.AsSpan(bar * Width, Width);

    /// <summary>Whether a bar has every feature and enough bars before it.</summary>
    public bool Usable(int bar) => _usable[bar];

    /// <summary>The features of some bars, row after row.</summary>
    public float[] Select(ReadOnlySpan<int> bars)
    {
        var rows = new float[bars.Length * Width];
        for (var row = 0; row < bars.Length; row++)
        {
            Row(bars[row]).CopyTo(rows.AsSpan(row * Width, Width));
        }

        return rows;
    }

    /// <summary>Fits the scaling of raw values on training rows, and on nothing else.</summary>
    /// <remarks>
    /// <b>minmax</b>: offset = min, scale = max − min. <b>zscore</b>: offset = mean, scale = the deviation of a population.
    /// A column that never changes has scale 1, so it becomes 0.
    /// </remarks>
    /// <param name="trainingBars">Bars of the training rows; each usable.</param>
    /// <exception cref="ArgumentException">There is no row, or one of them is not usable.</exception>
    public IReadOnlyList<FeatureColumn> FitNormalization(ReadOnlySpan<int> trainingBars)
    {
        if (trainingBars.IsEmpty)
        {
            throw new ArgumentException("Scaling cannot be fitted on no rows at all.", nameof(trainingBars));
        }

        foreach (var bar in trainingBars)
        {
            if (!_usable[bar])
            {
                throw new ArgumentException(
                    $"Bar {bar} is not usable, so no scaling is fitted on it.",
                    nameof(trainingBars)
                );
            }
        }

        var fitted = new FeatureColumn[Width];
        for (var column = 0; column < Width; column++)
        {
            fitted[column] = Columns[column].Normalization switch
            {
                Normalization.MinMax => FitRange(Columns[column], _raw[column]!, trainingBars),
                Normalization.ZScore => FitDeviation(Columns[column], _raw[column]!, trainingBars),
                _ => Columns[column] with { Offset = 0, Scale = 1 },
            };
        }

        return fitted;
    }

    /// <summary>The same features, raw ones scaled as <paramref name="columns"/> say: (x − offset) / scale.</summary>
    /// <exception cref="FeatureException">They are the columns of other features.</exception>
    public FeatureMatrix Apply(IReadOnlyList<FeatureColumn> columns)
    {
        if (!Columns.Select(column => column.Name).SequenceEqual(columns.Select(column => column.Name)))
        {
            throw new FeatureException("The scaling was fitted for other features. Train the strategy again.");
        }

        if (Array.TrueForAll(_raw, column => column is null))
        {
            return new FeatureMatrix(this, columns);
        }

        var values = Values.AsSpan().ToArray();
        for (var column = 0; column < Width; column++)
        {
            if (_raw[column] is not { } raw)
            {
                continue;
            }

            var (offset, scale) = (columns[column].Offset, columns[column].Scale);
            for (var bar = 0; bar < Rows; bar++)
            {
                values[(bar * Width) + column] = (float)((raw[bar] - offset) / scale);
            }
        }

        return new FeatureMatrix(columns, values, _raw, _historyRequired);
    }

    private static FeatureColumn FitRange(FeatureColumn column, double[] raw, ReadOnlySpan<int> bars)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var bar in bars)
        {
            low = Math.Min(low, raw[bar]);
            high = Math.Max(high, raw[bar]);
        }

        return column with
        {
            Offset = low,
            Scale = high > low ? high - low : 1,
        };
    }

    private static FeatureColumn FitDeviation(FeatureColumn column, double[] raw, ReadOnlySpan<int> bars)
    {
        var sum = 0.0;
        foreach (var bar in bars)
        {
            sum += raw[bar];
        }

        var mean = sum / bars.Length;
        var squares = 0.0;
        foreach (var bar in bars)
        {
            squares += (raw[bar] - mean) * (raw[bar] - mean);
        }

        var deviation = Math.Sqrt(squares / bars.Length);
        return column with { Offset = mean, Scale = deviation > 0 ? deviation : 1 };
    }

    // Nearly every row is whole, so many are asked at once and one by one only where something is missing.
    private void FindUsable(int start, int count)
    {
        var areWhole = TensorPrimitives.IsFiniteAll<float>(Values.AsSpan(start * Width, count * Width));
        for (var bar = start; bar < start + count; bar++)
        {
            _usable[bar] = areWhole || TensorPrimitives.IsFiniteAll(Row(bar));
        }
    }
}
