namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// A network as bytes: number of layers, then for each its kind (a byte), inputs, outputs (32 bits), bytes of a weight (a byte: 1, or 2 where one
/// exceeds 127), weights (outputs x inputs), biases and multipliers (32 bits), shift (a byte), and unless it is the last its table (513 times 16 bits).
/// </summary>
internal static class NetworkFormat
{
    private const int MostLayers = 64;

    public static void Write(BinaryWriter writer, IntegerNetwork network)
    {
        writer.Write((byte)network.Layers.Count);
        foreach (var layer in network.Layers)
        {
            writer.Write((byte)layer.Kind);
            writer.Write(layer.Linear.Inputs);
            writer.Write(layer.Linear.Outputs);
            var wide = IsWide(layer.Linear.Weights);
            writer.Write(wide ? (byte)2 : (byte)1);
            foreach (var weight in layer.Linear.Weights)
                if (wide)
                    writer.Write(weight);
                else
                    writer.Write((sbyte)weight);
            foreach (var bias in layer.Linear.Bias)
                writer.Write(bias);
            foreach (var multiplier in layer.Multipliers)
                writer.Write(multiplier);
            writer.Write((byte)layer.Shift);
            foreach (var value in layer.Table)
                writer.Write(value);
        }
    }

    /// <summary>Reads a network; the inverse of <see cref="Write"/>. Refuses sums that could leave 32 bits.</summary>
    /// <exception cref="InvalidDataException">Parts that do not fit together.</exception>
    /// <exception cref="InvalidInputException">The bytes end too early.</exception>
    public static IntegerNetwork Read(ref ModelReader reader, int largestInput)
    {
        var layers = new IntegerLayer[reader.Byte()];
        if (layers.Length is 0 or > MostLayers)
            throw new InvalidDataException($"a network has 1 to {MostLayers} layers, this one {layers.Length}");
        for (var i = 0; i < layers.Length; i++)
        {
            var kind = (LayerKind)reader.Byte();
            if (kind > LayerKind.Gate)
                throw new InvalidDataException($"layer kind {(byte)kind} is not known to this version");
            // Tiles hold 16 bits a weight: memory stays in proportion to the bytes, as padding adds at most one input and 31 outputs.
            var inputs = reader.Count(least: 1, unit: 1);
            var outputs = reader.Count(least: 1, unit: inputs);
            var width = reader.Byte();
            var weights = width == 1 ? reader.SBytes(inputs * outputs) : reader.Int16s(inputs * outputs);
            if (width is < 1 or > 2 || IsWide(weights) != (width == 2) || weights.AsSpan().Contains(short.MinValue))
                throw new InvalidDataException("a weight has another width than its layer declares");
            var linear = new IntegerLinear(inputs, outputs, weights, reader.Int32s(outputs));
            layers[i] = new(kind, linear, reader.Int32s(outputs), reader.Byte(), reader.Int16s(kind == LayerKind.Output ? 0 : IntegerLayer.TablePoints));
        }
        return new(layers, largestInput);
    }

    private static bool IsWide(ReadOnlySpan<short> weights) => weights.IndexOfAnyExceptInRange((short)-sbyte.MaxValue, (short)sbyte.MaxValue) >= 0;
}
