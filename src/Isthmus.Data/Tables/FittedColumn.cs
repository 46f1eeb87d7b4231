using System.Text.Json.Serialization;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Tables;

/// <summary>A column as a model knows it: name, kind, and the parameters fitted on the training rows.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Kind of the column.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "values")]
[JsonDerivedType(typeof(FittedNumbers), "numbers")]
[JsonDerivedType(typeof(FittedCategories), "levels")]
public abstract record FittedColumn(string Name, ColumnKind Kind)
{
    /// <summary>DuckDB's name of the type of the cells in the training file; null for texts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    /// <summary>Number of training rows with a value.</summary>
    internal int Filled =>
        this switch
        {
            FittedNumbers numbers => numbers.Observed,
            FittedCategories categories => categories.Observed,
            _ => 0,
        };

    /// <summary>Type of this column's cells in a file with types: the training file's, or a suitable one.</summary>
    [JsonIgnore]
    public string WrittenType => Type ?? Natural;

    /// <summary>DuckDB's name of a type that suits the cells.</summary>
    protected abstract string Natural { get; }

    /// <summary>Converts the column's cells to the model's scale, one float a row; NaN for a missing value.</summary>
    /// <param name="column">Cells of this column.</param>
    /// <param name="destination">N rows of <paramref name="width"/> numbers; this column's are at <paramref name="place"/>.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="place">Index of this column in a row.</param>
    /// <returns>Cells that the training rows had nothing like: new levels, or numbers clipped.</returns>
    public abstract int Encode(ColumnBuffer column, Span<float> destination, int width, int place);

    /// <summary>Converts a value on the model's scale to a cell of the file: in the column's own unit, decimals and range, or a category.</summary>
    /// <param name="value">A value as <see cref="Encode"/> gives them, or between them.</param>
    /// <param name="random">Random generator for the choice among rare categories, which share an index.</param>
    public abstract string Decode(float value, Random random);

    /// <summary>
    /// Returns z^2 for a number; for a category, the chi-square distance from the mean row, 1 / p - 1, with p its fraction of the training rows.
    /// </summary>
    /// <param name="value">A value on the model's scale.</param>
    public abstract float SquaredNorm(float value);
}
