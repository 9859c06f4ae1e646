using System.Globalization;

namespace Ktrdr.Core;

/// <summary>Reads one membership: three numbers for a triangle, or <c>{type, parameters}</c>.</summary>
internal static class MembershipSection
{
    private const string Example = "[0, 25, 45]";

    private enum Shape
    {
        Triangular = 3,
        Trapezoidal = 4,
        Gaussian = 2,
    }

    private static readonly (string, Shape)[] Shapes =
    [
        ("triangular", Shape.Triangular),
        ("trapezoidal", Shape.Trapezoidal),
        ("gaussian", Shape.Gaussian),
    ];

    public static MembershipFunction? Read(Value place, Findings findings)
    {
        if (place.Node is DocumentNode.List)
        {
            return Of(Shape.Triangular, place);
        }

        if (place.Node is not DocumentNode.Mapping)
        {
            place.Refuse(
                $"{place} is not a membership; write {Example} or {{type: trapezoidal, parameters: [55, 75, 100, 100]}}"
            );
            return null;
        }

        var section = new Section(place, findings);
        var shape = section.Need("type", "triangular")?.Word(Shapes, ("sigmoid", "nothing here computes it"));
        var parameters = section.Need("parameters", Example);
        section.Close();
        return shape is null || parameters is null ? null : Of(shape.Value, parameters);
    }

    private static MembershipFunction? Of(Shape shape, Value place)
    {
        if (place.Items(Example) is not { } items)
        {
            return null;
        }

        if (items.Count != (int)shape)
        {
            place.Refuse(
                $"{Word(shape)} takes {(int)shape} numbers, not {items.Count}"
                    + (
                        Shapes.FirstOrDefault(known => (int)known.Item2 == items.Count).Item1 is { } other
                            ? $"; {items.Count} numbers make a {other} one: {{type: {other}, parameters: [...]}}"
                            : ""
                    )
            );
            return null;
        }

        var read = items.Select(item => item.Number(Bounds.Any)).ToArray();
        if (read.Any(number => number is null))
        {
            return null;
        }

        var p = read.Select(number => number!.Value).ToArray();
        if (shape is Shape.Gaussian)
        {
            if (p[1] > 0)
            {
                return new MembershipFunction.Gaussian(p[0], p[1]);
            }

            items[1].Refuse($"{Show(p[1])} is not a deviation; it must be above 0");
            return null;
        }

        if (!p.SequenceEqual(p.Order()))
        {
            place.Refuse($"[{Show(p)}] does not rise; sorted it is [{Show([.. p.Order()])}]");
            return null;
        }

        return shape is Shape.Triangular
            ? new MembershipFunction.Triangular(p[0], p[1], p[2])
            : new MembershipFunction.Trapezoidal(p[0], p[1], p[2], p[3]);
    }

    private static string Word(Shape shape) => Shapes.First(known => known.Item2 == shape).Item1;

    private static string Show(params double[] numbers) =>
        string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}
