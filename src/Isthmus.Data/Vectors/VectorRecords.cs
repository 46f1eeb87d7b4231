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
        var finite = Array.FindIndex(values, value => !float.IsFinite(value));
        if (finite >= 0)
            throw new InvalidInputException(
                $"{name}: record {finite / width + 1}, column x{finite % width}",
                "is not a finite 32-bit number",
                "remove or fill it"
            );
        var columns = Columns(name, width, options);
        if (columns.Positions is not { } positions)
            return Dataset.Vectors(name, columns.Schema, values, labels, notes);
        var chosen = new float[values.Length / width * positions.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = values[i / positions.Length * width + positions[i % positions.Length]];
        return Dataset.Vectors(name, columns.Schema, chosen, labels, notes);
    }

    /// <summary>Returns the columns of an array that the options ask for, with their positions; without positions, all of them.</summary>
    /// <exception cref="InvalidInputException">Options of other data, no such column, or more than can be named.</exception>
    public static (VectorSchema Schema, int[]? Positions) Columns(string name, long width, DataOptions options)
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
        var columns = Names((int)width);
        if (options.WantedColumns is not { } wanted || wanted.SequenceEqual(columns))
            return (new(columns), null);
        return wanted.Count > 0
            ? (new([.. wanted]), [.. wanted.Select(column => Position(name, columns, column))])
            : throw new InvalidInputException($"{name}: no column", "is chosen", "give at least one");
    }

    /// <summary>Returns default names of columns: x0, x1, ...</summary>
    public static string[] Names(int width) => [.. Enumerable.Range(0, width).Select(i => FormattableString.Invariant($"x{i}"))];

    /// <summary>Vectors in memory, an array each.</summary>
    /// <param name="name">Name in error messages.</param>
    /// <param name="rows">Arrays of D numbers.</param>
    /// <param name="names">The columns' names; null for x0, x1, ...</param>
    /// <param name="labels">Labels; null for none.</param>
    /// <exception cref="InvalidInputException">No vectors, one that is null or of another length, a number that is not finite, or names that do not
    /// fit.</exception>
    public static Dataset FromArrays(string name, float[][] rows, IReadOnlyList<string>? names, IReadOnlyList<LabelColumn>? labels)
    {
        if (rows.Length == 0)
            throw new InvalidInputException(null, $"{name} hold no records", "give at least one");
        var width = rows[0]?.Length ?? 0;
        foreach (var (place, row) in rows.Index())
            if (row is null || row.Length != width || width == 0)
            {
                var first = place > 0 ? $", and the first has {width}" : "";
                throw new InvalidInputException(
                    $"{name}: row {place + 1}",
                    row is null ? "is null" : $"has {Counted.Of(row.Length, "number")}{first}",
                    "give every row as many numbers, at least one"
                );
            }
        names ??= Names(width);
        if (names.Count != width)
            throw new InvalidInputException(null, $"{name} have {Counted.Of(width, "column")} and {Counted.Of(names.Count, "name")}", "give each column one");
        if (names.CountBy(known => known).FirstOrDefault(twin => twin.Value > 1) is { Value: > 1 } twin)
            throw new InvalidInputException(null, $"{name} have {twin.Value} columns named '{twin.Key}'", "give each its own name");
        DemandWidth(name, width);
        if ((long)rows.Length * width > Array.MaxLength / sizeof(float))
            throw new InvalidInputException(null, $"{name}: {rows.Length} rows are more numbers than one data set can hold", "give fewer");
        var values = new float[rows.Length * width];
        for (var row = 0; row < rows.Length; row++)
            rows[row].CopyTo(values, row * width);
        var finite = Array.FindIndex(values, value => !float.IsFinite(value));
        return finite < 0
            ? Dataset.Vectors(name, new([.. names]), values, labels)
            : throw new InvalidInputException(
                $"{name}: row {finite / width + 1}, column {names[finite % width]}",
                $"is {values[finite]}, not a finite number",
                "fill it or leave the row out (Rows.From takes missing values)"
            );
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
