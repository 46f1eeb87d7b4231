using System.Text.Json.Serialization;
using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Schema of an image of whole-numbered pixels. Records are planar: all of channel 0 row by row, then channel 1, and so on (C x H x W), whatever the file's
/// order.
/// </summary>
/// <param name="Height">Rows, H.</param>
/// <param name="Width">Columns, W.</param>
/// <param name="Channels">1 (grey) or 3 (RGB).</param>
/// <param name="Levels">Number of values of a pixel: 2 (binary, stored 0 and 1) or 256 (8-bit).</param>
public sealed record ImageSchema(int Height, int Width, int Channels, int Levels) : DataSchema
{
    /// <summary>
    /// Number of bits of a sample, white being 2^Depth - 1, if the pictures were reduced to 8 bits from 16-bit files; otherwise null. It affects only the
    /// reading of such files: schemas that differ in it alone are equal.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Depth { get; init; }

    /// <summary>
    /// Cutting of the pictures from photographs of any size; null if they are whole. It affects only the reading of files: schemas that differ in it alone are
    /// equal.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CropOptions? Crop { get; init; }

    /// <summary>
    /// True if a record is two noisy pictures of the same scene, one after the other: the model sees the first and is to give the second
    /// (<c>noise2noise</c>). Default false.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPaired { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ImageSchema Input => IsPaired ? this with { IsPaired = false } : this;

    /// <inheritdoc/>
    [JsonIgnore]
    public override ImageSchema Output => Input;

    /// <inheritdoc/>
    public override RecordKind Kind => ImageKind.Instance;

    /// <inheritdoc/>
    public override int Dimension => Height * Width * Channels * (IsPaired ? 2 : 1);

    /// <inheritdoc/>
    public bool Equals(ImageSchema? other) =>
        other is not null && (Height, Width, Channels, Levels, IsPaired) == (other.Height, other.Width, other.Channels, other.Levels, other.IsPaired);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Height, Width, Channels, Levels);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsPaired ? "pairs of " : "")}{Height} x {Width} x {Channels} images of {Levels} levels";
}
