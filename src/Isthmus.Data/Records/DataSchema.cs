using System.Text.Json.Serialization;
using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Interactions;
using Isthmus.Data.Tables;

namespace Isthmus.Data.Records;

/// <summary>What one record is. A model keeps the schema it was trained on and refuses data of another.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ImageSchema), "image")]
[JsonDerivedType(typeof(VectorSchema), "vector")]
[JsonDerivedType(typeof(InteractionSchema), "interactions")]
[JsonDerivedType(typeof(TableSchema), "table")]
[JsonDerivedType(typeof(DocumentSchema), "documents")]
public abstract record DataSchema
{
    /// <summary>Numbers in one record, D.</summary>
    [JsonIgnore]
    public abstract int Dimension { get; }

    /// <summary>Of data from tables: what was said of how their cells are read when the model was trained; null where nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TableReading? Reading { get; init; }
}

/// <summary>
/// An image of whole-numbered pixels. Records are planar: all of channel 0 row by row, then channel 1, and so on
/// (C x H x W), whatever the file's order.
/// </summary>
/// <param name="Height">Rows, H.</param>
/// <param name="Width">Columns, W.</param>
/// <param name="Channels">1 (grey) or 3 (RGB).</param>
/// <param name="Levels">Values a pixel can take: 2 (binary, stored 0 and 1) or 256 (8-bit).</param>
public sealed record ImageSchema(int Height, int Width, int Channels, int Levels) : DataSchema
{
    /// <summary>
    /// Bits of a sample, white being 2^Depth - 1, where the pictures were brought to 8 bits from files of 16; null where they were not. Says how such
    /// files are read, and not what a record is: pictures that differ in it alone are alike.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Depth { get; init; }

    /// <inheritdoc/>
    public override int Dimension => Height * Width * Channels;

    /// <inheritdoc/>
    public bool Equals(ImageSchema? other) => other is not null && (Height, Width, Channels, Levels) == (other.Height, other.Width, other.Channels, other.Levels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Height, Width, Channels, Levels);

    /// <inheritdoc/>
    public override string ToString() => $"{Height} x {Width} x {Channels} images of {Levels} levels";
}

/// <summary>A vector of real numbers, one a column.</summary>
/// <param name="Columns">The columns' names, in order.</param>
public sealed record VectorSchema(IReadOnlyList<string> Columns) : DataSchema
{
    /// <inheritdoc/>
    public override int Dimension => Columns.Count;

    /// <inheritdoc/>
    public bool Equals(VectorSchema? other) => other is not null && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"vectors of {Dimension} columns";
}

/// <summary>How often each of D things occurs in a record: a long vector, few of its numbers above 0, kept as <see cref="SparseCounts"/>.</summary>
public abstract record CountSchema : DataSchema;
