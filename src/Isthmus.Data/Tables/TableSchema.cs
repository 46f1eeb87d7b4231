using System.Text.Json.Serialization;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>
/// Schema of a row of a table of mixed columns, with the parameters fitted on the training rows: a model keeps it, and data are converted to it. On the model's
/// scale a row is D floats, one a column; NaN is a missing value, which is distinct from 0.
/// </summary>
/// <param name="Fields">The columns that are modelled, in the file's order.</param>
/// <param name="Skipped">The columns that are not modelled, with reasons.</param>
public sealed record TableSchema(IReadOnlyList<FittedColumn> Fields, IReadOnlyList<SkippedColumn> Skipped) : DataSchema
{
    /// <summary>Windows of a series; null if a record is one row.</summary>
    public SeriesWindows? Series { get; init; }

    /// <summary>True if a record is one row, and not a window of a series.</summary>
    [JsonIgnore]
    public bool IsOfRows => Series is null;

    /// <summary>Columns and kinds given when the table was first read (<see cref="DataOptions.Columns"/>); null if none were.</summary>
    public IReadOnlyList<string>? Asked { get; init; }

    /// <summary>Columns that identify rows, and are not modelled.</summary>
    [JsonIgnore]
    public IEnumerable<string> Identifiers => Skipped.Where(column => column.Reason == SkippedColumn.AnIdentifier).Select(column => column.Name);

    /// <inheritdoc/>
    public override RecordKind Kind => TableKind.Instance;

    /// <inheritdoc/>
    public override int Dimension => Fields.Count;

    /// <inheritdoc/>
    public override string NameOf(int dimension) => Fields[dimension].Name;

    /// <summary>Fits every column on the training rows.</summary>
    /// <param name="columns">All columns; those to skip are among the skipped.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="skipped">The columns left out so far.</param>
    /// <param name="name">Name of the table in error messages.</param>
    /// <exception cref="InvalidInputException">No column is left.</exception>
    public static TableSchema Fit(IReadOnlyList<ColumnBuffer> columns, int[] rows, IReadOnlyList<SkippedColumn> skipped, string name = "The table") =>
        Of(
            columns.Select(column =>
            {
                var fit = new ColumnFit(column, Array.MaxLength);
                fit.Add(rows);
                return fit;
            }),
            skipped,
            name
        );

    /// <summary>Creates the schema of columns whose training cells have been collected.</summary>
    /// <inheritdoc cref="Fit"/>
    internal static TableSchema Of(IEnumerable<ColumnFit> columns, IReadOnlyList<SkippedColumn> skipped, string name)
    {
        var (fields, left) = (new List<FittedColumn>(), new List<SkippedColumn>(skipped));
        foreach (var column in columns)
            if (column.Fit() is { } field)
                fields.Add(field);
            else
                left.Add(new(column.Name, "missing in every training row"));
        return fields.Count > 0
            ? new(fields, left)
            : throw new InvalidInputException(
                $"{name}: no column",
                $"is left to model{(left.Count > 0 ? $": {string.Join(", ", left.Select(column => $"{column.Name} is {column.Reason}"))}" : "")}",
                $"say what a column is with {OptionNames.Columns} name:category (numeric, integer, count, boolean, date)",
                OptionNames.Columns
            );
    }

    /// <summary>
    /// Returns the schema with the categories and the ranges of numbers that training rows have besides. Numbers stay on the scale that they were fitted on;
    /// windows of a series stay as they were.
    /// </summary>
    /// <param name="columns">The training cells of each column.</param>
    internal TableSchema Grown(IEnumerable<ColumnFit> columns) =>
        Series is null ? this with { Fields = [.. Fields.Zip(columns, (field, column) => column.Grown(field))] } : this;

    /// <summary>True if another schema has these columns, and no more than further categories and values in them.</summary>
    internal bool IsStartOf(TableSchema other) =>
        Equals(Series, other.Series)
        && Fields.Count == other.Fields.Count
        && Fields
            .Zip(other.Fields)
            .All(pair =>
                pair.First.Equals(pair.Second)
                || pair is (FittedCategories known, FittedCategories grown)
                    && (known.Name, known.Kind) == (grown.Name, grown.Kind)
                    && known.Levels.SequenceEqual(grown.Levels.Take(known.Levels.Count))
                || pair is (FittedNumbers narrow, FittedNumbers wide)
                    && narrow.Minimum >= wide.Minimum
                    && narrow.Maximum <= wide.Maximum
                    && narrow.Equals(
                        wide with
                        {
                            Kind = narrow.Kind,
                            Step = narrow.Step,
                            Minimum = narrow.Minimum,
                            Maximum = narrow.Maximum,
                            Observed = narrow.Observed,
                        }
                    )
            );

    /// <summary>Converts rows to the model's scale, N x D.</summary>
    /// <param name="columns">The cells, one buffer for each column.</param>
    /// <param name="strange">Increased, for each column, by the number of cells unlike any in the training rows.</param>
    public float[] Encode(IReadOnlyList<ColumnBuffer> columns, Span<long> strange = default)
    {
        var values = new float[columns[0].Count * Dimension];
        for (var place = 0; place < Dimension; place++)
            if (Fields[place].Encode(columns[place], values, Dimension, place) is var cells && !strange.IsEmpty)
                strange[place] += cells;
        return values;
    }

    /// <summary>Returns a note for each column that has such cells.</summary>
    /// <param name="strange">Number of such cells, by column.</param>
    internal IEnumerable<Wording> NotesOn(IReadOnlyList<long> strange) =>
        Fields
            .Zip(strange)
            .Where(field => field.Second > 0)
            .Select(field =>
                (Wording)(
                    $"{field.First.Name}: {Counted.Of(field.Second, "cell")} "
                    + $"{(field.First is FittedCategories ? "of categories that no training row has" : FarOff)}"
                )
            );

    private const string FarOff = "further from the training values than a million standard deviations, taken for that far";

    /// <summary>Returns empty buffers for the cells of these columns.</summary>
    public IReadOnlyList<ColumnBuffer> NewColumns() =>
        [.. Fields.Select(field => new ColumnBuffer(field.Name, field.Kind) { Order = (field as FittedNumbers)?.Order })];

    /// <inheritdoc/>
    public bool Equals(TableSchema? other) => other is not null && Fields.SequenceEqual(other.Fields) && Equals(Series, other.Series);

    /// <inheritdoc/>
    public override int GetHashCode() => Fields.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() =>
        Series is { } series
            ? $"windows of {series.Window} rows of {string.Join(", ", series.Columns)}"
            : $"rows of {Dimension} column{(Dimension == 1 ? "" : "s")}";
}

/// <summary>A column that is not modelled.</summary>
/// <param name="Name">Name.</param>
/// <param name="Reason">Reason, to follow the word "is".</param>
public sealed record SkippedColumn(string Name, string Reason)
{
    /// <summary>Reason why a label is not modelled.</summary>
    internal const string TheLabel = "the label";

    /// <summary>Reason why an identifier is not modelled.</summary>
    internal const string AnIdentifier = "an identifier, with another value in nearly every row";
}

/// <summary>Division of a series into records.</summary>
/// <param name="Time">The column of times.</param>
/// <param name="Columns">The columns of numbers, in the order of a record's rows: all of the first row, then of the second.</param>
/// <param name="Window">Rows in a record.</param>
/// <param name="Stride">Rows from one record's first to the next one's.</param>
public sealed record SeriesWindows(string Time, IReadOnlyList<string> Columns, int Window, int Stride)
{
    /// <inheritdoc/>
    public bool Equals(SeriesWindows? other) =>
        other is not null && (Time, Window, Stride) == (other.Time, other.Window, other.Stride) && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, Window, Stride);
}
