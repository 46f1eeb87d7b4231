using System.Globalization;

namespace Isthmus.Data.Records;

/// <summary>One known property of every record: its class, or one factor of a generated image.</summary>
/// <param name="Name">Name of the property, such as "digit" or "scale".</param>
/// <param name="Values">One class index a record, 0 .. Classes.Count - 1.</param>
/// <param name="Classes">Names of the classes.</param>
public sealed record LabelColumn(string Name, IReadOnlyList<int> Values, IReadOnlyList<string> Classes)
{
    /// <summary>Returns the labels of the records at <paramref name="indices"/>.</summary>
    public LabelColumn Select(IReadOnlyList<int> indices) => this with { Values = [.. indices.Select(i => Values[i])] };

    /// <summary>A column of labels as a caller has them: texts, numbers, truth values or members of an enumeration.</summary>
    /// <param name="name">Name of the label.</param>
    /// <param name="labels">One a record.</param>
    /// <exception cref="InvalidInputException">A label that is null.</exception>
    internal static LabelColumn Of(string name, System.Collections.IEnumerable labels) =>
        OfTexts(
            name,
            [
                .. labels
                    .Cast<object?>()
                    .Select(
                        (label, row) =>
                            Convert.ToString(label, CultureInfo.InvariantCulture) is { Length: > 0 } text
                                ? text
                                : throw new InvalidInputException(null, $"The {name} of record {row + 1} is null or empty", "give every record one")
                    ),
            ]
        );

    /// <summary>Creates labels whose classes are the numbers that occur, in ascending order.</summary>
    internal static LabelColumn OfNumbers(string name, IReadOnlyList<double> values)
    {
        var classes = values.Distinct().Order().ToArray();
        var index = classes.Index().ToDictionary(c => c.Item, c => c.Index);
        return new(name, [.. values.Select(value => index[value])], [.. classes.Select(c => c.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Creates labels whose classes are the texts that occur, in ordinal order; if all are numbers, in ascending order.</summary>
    internal static LabelColumn OfTexts(string name, IReadOnlyList<string> values)
    {
        var classes = values.Distinct().Order(StringComparer.Ordinal).ToArray();
        var numbers = Array.ConvertAll(classes, c => double.TryParse(c, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : double.NaN);
        if (!numbers.Any(double.IsNaN))
            Array.Sort(numbers, classes);
        var index = classes.Index().ToDictionary(c => c.Item, c => c.Index);
        return new(name, [.. values.Select(value => index[value])], classes);
    }

    /// <summary>The same for texts that are numbered.</summary>
    /// <param name="name">Name of the label.</param>
    /// <param name="texts">The distinct texts.</param>
    /// <param name="numbers">Number of each record's text.</param>
    internal static LabelColumn OfTexts(string name, IReadOnlyList<string> texts, IReadOnlyList<int> numbers)
    {
        var one = OfTexts(name, texts);
        return one with { Values = [.. numbers.Select(number => one.Values[number])] };
    }
}
