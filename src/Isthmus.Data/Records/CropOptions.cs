namespace Isthmus.Data.Records;

/// <summary>Squares cut at random from photographs of any size; a model of crops keeps how they were cut.</summary>
/// <param name="Side">Rows and columns of a crop, pixels, at least 1; photographs that are smaller are left out.</param>
/// <param name="Flips">True to mirror each crop left to right with probability 1/2. Default false.</param>
/// <param name="Turns">True to turn each crop by 0, 90, 180 or 270 degrees with equal probability. Default false.</param>
public sealed record CropOptions(int Side, bool Flips = false, bool Turns = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Side}x{Side}{(Flips ? ", flipped" : "")}{(Turns ? ", turned" : "")}";
}
