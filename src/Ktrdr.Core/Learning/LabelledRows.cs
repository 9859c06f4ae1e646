namespace Ktrdr.Core;

/// <summary>Rows of features, each with the class it should have.</summary>
public sealed class LabelledRows
{
    /// <summary>Rows over memory that stays the caller's.</summary>
    /// <param name="features">Row after row.</param>
    /// <param name="width">Features of one row.</param>
    /// <param name="classes">One class per row, from 0.</param>
    public LabelledRows(ReadOnlyMemory<float> features, int width, ReadOnlyMemory<int> classes)
    {
        if (width < 1 || features.Length != (long)classes.Length * width)
        {
            throw new ArgumentException(
                $"{classes.Length} rows of {width} features are {(long)classes.Length * width} numbers, but there are "
                    + $"{features.Length}.",
                nameof(features)
            );
        }

        (Features, Width, Classes) = (features, width, classes);
    }

    /// <summary>The features, row after row.</summary>
    public ReadOnlyMemory<float> Features { get; }

    /// <summary>Features of one row.</summary>
    public int Width { get; }

    /// <summary>One class per row, from 0.</summary>
    public ReadOnlyMemory<int> Classes { get; }

    /// <summary>How many rows.</summary>
    public int Count => Classes.Length;

    /// <summary>How many rows there are of each class.</summary>
    /// <param name="outputs">How many classes there are.</param>
    public int[] ClassCounts(int outputs)
    {
        var counts = new int[outputs];
        foreach (var label in Classes.Span)
        {
            if ((uint)label >= (uint)outputs)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(outputs),
                    label,
                    $"A row has class {label}, but classes go from 0 to {outputs - 1}."
                );
            }

            counts[label]++;
        }

        return counts;
    }

    /// <summary>Refuses rows that a network of this shape cannot take.</summary>
    internal void CheckFor(NetworkShape shape, string name)
    {
        if (Width != shape.Inputs)
        {
            throw new ArgumentException(
                $"The {name} rows have {Width} features, but the network takes {shape.Inputs}.",
                name
            );
        }

        ClassCounts(shape.Outputs);
        var features = Features.Span;
        for (var index = 0; index < features.Length; index++)
        {
            if (!float.IsFinite(features[index]))
            {
                throw new ArgumentException(
                    $"Feature {index % Width} of {name} row {index / Width} is {features[index]}. "
                        + "Rows that lack a feature must be dropped first.",
                    name
                );
            }
        }
    }
}
