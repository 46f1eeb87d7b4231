using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Makes a data set of numbers, with the columns of the options.</summary>
internal static class VectorRecords
{
    // A name for each costs more than the numbers of a record.
    private const int MostColumns = 1 << 22;

    /// <summary>Converts N records of <paramref name="width"/> numbers, with columns named x0, x1, ...</summary>
    public static Dataset ToDataset(
        string name,
        int width,
        float[] values,
        DataOptions options,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<Wording>? notes = null
    )
    {
        DemandWidth(name, width);
        options.RefuseImageOptions(name);
        if (options.Label is not null)
            throw new InvalidInputException(
                name,
                $"has no named columns, and {OptionNames.Label} is for tables (an array's labels are the array y or labels beside it)",
                "leave it out",
                OptionNames.Label
            );
        var finite = Array.FindIndex(values, value => !float.IsFinite(value));
        if (finite >= 0)
            throw new InvalidInputException(
                $"{name}: record {finite / width + 1}, column x{finite % width}",
                "is not a finite 32-bit number",
                "remove or fill it"
            );
        var columns = Enumerable.Range(0, width).Select(i => $"x{i}").ToArray();
        if (options.WantedColumns is not { } wanted || wanted.SequenceEqual(columns))
            return Dataset.Vectors(name, new(columns), values, labels, notes);
        if (wanted.Count == 0)
            throw new InvalidInputException($"{name}: no column", "is chosen", "give at least one");
        var positions = wanted.Select(column => Position(name, columns, column)).ToArray();
        var chosen = new float[values.Length / width * positions.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = values[i / positions.Length * width + positions[i % positions.Length]];
        return Dataset.Vectors(name, new([.. wanted]), chosen, labels, notes);
    }

    /// <summary>Throws if records have more numbers than can be named.</summary>
    /// <exception cref="InvalidInputException">There are more.</exception>
    public static void DemandWidth(string name, long width)
    {
        if (width > MostColumns)
            throw new InvalidInputException(
                name,
                $"has records of {width} numbers, and at most {MostColumns} are taken",
                "if they are many records, give the array its shape (N, D)"
            );
    }

    /// <summary>Returns the index of <paramref name="wanted"/> among the columns.</summary>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static int Position(string name, IReadOnlyList<string> columns, string wanted)
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i] == wanted)
                return i;
        throw new InvalidInputException(name, $"has no column '{wanted}'", NearestName.Remedy(wanted, columns));
    }
}
