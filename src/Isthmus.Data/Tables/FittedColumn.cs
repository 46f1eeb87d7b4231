using System.Text.Json.Serialization;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Tables;

/// <summary>A column as a model knows it: its name and kind, and what was fitted on the training rows.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What its cells are.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "values")]
[JsonDerivedType(typeof(FittedNumbers), "numbers")]
[JsonDerivedType(typeof(FittedCategories), "levels")]
public abstract record FittedColumn(string Name, ColumnKind Kind)
{
    /// <summary>The type of the cells in the training file, as DuckDB names it; null of texts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    /// <summary>The type that cells of this field have in a file with types: the training file's, or what suits them.</summary>
    [JsonIgnore]
    public string WrittenType => Type ?? Natural;

    /// <summary>The type that suits the cells, as DuckDB names it.</summary>
    protected abstract string Natural { get; }

    /// <summary>Puts the column's cells on the model's scale, one float a row; NaN where a cell is blank.</summary>
    /// <param name="column">Cells of this column.</param>
    /// <param name="destination">N rows of <paramref name="width"/> numbers; this field's are at <paramref name="place"/>.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="place">Which of them.</param>
    /// <returns>Cells that the training rows had nothing like: new levels, or numbers clipped.</returns>
    public abstract int Encode(ColumnBuffer column, Span<float> destination, int width, int place);

    /// <summary>A value on the model's scale as a cell of the file: in the column's own unit, decimals and range, or a level's name.</summary>
    /// <param name="value">A value as <see cref="Encode"/> gives them, or between them.</param>
    /// <param name="random">Chooses among rare levels that share a place.</param>
    public abstract string Decode(float value, Random random);

    /// <summary>z^2 of a number; of a level the chi-square distance from the mean row, 1 / p - 1, p its share of the training rows.</summary>
    /// <param name="value">A value on the model's scale.</param>
    public abstract float SquaredNorm(float value);
}
