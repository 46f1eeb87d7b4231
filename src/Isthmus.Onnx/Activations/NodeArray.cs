namespace Isthmus.Onnx.Activations;

/// <summary>The array that a node gives for some records, as rows of features.</summary>
/// <param name="Width">Numbers in a row.</param>
/// <param name="RowsPerRecord">Rows of a record.</param>
/// <param name="Positions">Positions of a record in the array.</param>
/// <param name="Features">Features at each position.</param>
/// <param name="Inner">Numbers from one feature to the next: positions behind the axis of features.</param>
/// <param name="Form">What positions become.</param>
internal sealed record NodeArray(int Width, int RowsPerRecord, int Positions, int Features, int Inner, ActivationPositions Form)
{
    /// <summary>Returns the form of an array by its axes, the first of which are the records.</summary>
    /// <exception cref="InvalidInputException">No axis of records, or no such axis of features.</exception>
    public static NodeArray Of(string node, ReadOnlySpan<long> shape, OnnxActivationOptions options)
    {
        long[] sides = shape.Length > 1 ? [.. shape[1..]] : [1];
        var axis =
            options.FeatureAxis is not { } chosen ? (sides.Length >= 3 ? 0 : sides.Length - 1)
            : chosen == -1 ? sides.Length - 1
            : chosen - 1;
        if (axis < 0 || axis >= sides.Length)
            throw new InvalidInputException(
                $"The node {node}",
                $"has no axis {options.FeatureAxis} beside its records; its array is {string.Join(" x ", shape.ToArray())}",
                $"give 1 to {sides.Length}, or -1 for the last"
            );
        var all = (int)sides.Aggregate(1L, (product, side) => product * side);
        var features = (int)sides[axis];
        var inner = (int)sides[(axis + 1)..].Aggregate(1L, (product, side) => product * side);
        var positions = features == 0 ? 0 : all / features;
        if (all == 0)
            throw new InvalidInputException($"The node {node}", "gives no numbers", "give another node");
        return options.Positions switch
        {
            ActivationPositions.Flatten => new(all, 1, positions, features, inner, options.Positions),
            ActivationPositions.Mean => new(features, 1, positions, features, inner, options.Positions),
            _ => new(features, positions, positions, features, inner, options.Positions),
        };
    }

    // The first feature of a position.
    private int PlaceOf(int record, int position) => record * Positions * Features + position / Inner * Features * Inner + position % Inner;

    /// <summary>Returns the rows of <paramref name="records"/> records.</summary>
    public float[] Rows(ReadOnlySpan<float> array, int records)
    {
        if (Form == ActivationPositions.Flatten || Positions == 1)
            return array[..(records * Positions * Features)].ToArray();
        var rows = new float[records * RowsPerRecord * Width];
        for (var record = 0; record < records; record++)
            if (Form == ActivationPositions.Mean)
                for (var feature = 0; feature < Features; feature++)
                {
                    // In double precision: a picture has many thousand places.
                    var sum = 0.0;
                    for (var position = 0; position < Positions; position++)
                        sum += array[PlaceOf(record, position) + feature * Inner];
                    rows[record * Width + feature] = (float)(sum / Positions);
                }
            else
                for (var position = 0; position < Positions; position++)
                    for (var feature = 0; feature < Features; feature++)
                        rows[(record * Positions + position) * Width + feature] = array[PlaceOf(record, position) + feature * Inner];
        return rows;
    }
}
