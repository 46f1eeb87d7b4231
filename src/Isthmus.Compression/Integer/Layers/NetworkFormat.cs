namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// A network as bytes: number of layers, then for each its kind (a byte), inputs, outputs (32 bits), bytes of a weight (a byte: 1, or 2 where one
/// exceeds 127), weights (outputs x inputs), biases and multipliers (32 bits), shift (a byte), and unless it is the last its table (513 times 16 bits).
/// A convolution has 16 added to its kind, a transposed one 32, and one with a residual 64 besides; inputs are then those of a window and outputs channels, and
/// after the table follow height, width, channels, height and width of the output (32 bits each), kernel, stride, padding (a byte each), and of a residual how
/// many layers back (a byte) and the weights (32 bits each).
/// </summary>
internal static class NetworkFormat
{
    private const int MostLayers = 64,
        Convolution = 16,
        Transposed = 32,
        Residual = 64;

    public static void Write(BinaryWriter writer, IntegerNetwork network)
    {
        writer.Write((byte)network.Layers.Count);
        foreach (var layer in network.Layers)
        {
            writer.Write((byte)((int)layer.Kind | FlagsOf(layer)));
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
            WriteConvolution(writer, layer);
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
            var code = reader.Byte();
            var (kind, flags) = ((LayerKind)(code & 15), code & ~15);
            if (kind > LayerKind.Gate || flags is not (0 or Convolution or Transposed or (Convolution | Residual) or (Transposed | Residual)))
                throw new InvalidDataException($"layer kind {code} is not known to this version");
            // Tiles hold 16 bits a weight: memory stays in proportion to the bytes, as padding adds at most one input and 31 outputs.
            var inputs = reader.Count(least: 1, unit: 1);
            var outputs = reader.Count(least: 1, unit: inputs);
            var width = reader.Byte();
            var weights = width == 1 ? reader.SBytes(inputs * outputs) : reader.Int16s(inputs * outputs);
            if (width is < 1 or > 2 || IsWide(weights) != (width == 2) || weights.AsSpan().Contains(short.MinValue))
                throw new InvalidDataException("a weight has another width than its layer declares");
            var linear = new IntegerLinear(inputs, outputs, weights, reader.Int32s(outputs));
            var (multipliers, shift) = (reader.Int32s(outputs), reader.Byte());
            var table = reader.Int16s(kind == LayerKind.Output ? 0 : IntegerLayer.TablePoints);
            layers[i] = new(
                kind,
                linear,
                multipliers,
                shift,
                table,
                flags == 0 ? null : ReadShape(ref reader, (flags & Transposed) != 0),
                (flags & Residual) == 0 ? null : new(reader.Byte(), reader.Int32s(outputs))
            );
        }
        return new(layers, largestInput);
    }

    private static int FlagsOf(IntegerLayer layer) =>
        layer.Convolution is not { Shape: var shape } ? 0 : (shape.IsTransposed ? Transposed : Convolution) | (layer.Residual is null ? 0 : Residual);

    private static void WriteConvolution(BinaryWriter writer, IntegerLayer layer)
    {
        if (layer.Convolution is not { Shape: var shape })
            return;
        foreach (var number in new[] { shape.Height, shape.Width, shape.Channels, shape.OutHeight, shape.OutWidth })
            writer.Write(number);
        foreach (var number in new[] { shape.Kernel, shape.Stride, shape.Padding })
            writer.Write((byte)number);
        if (layer.Residual is not { } residual)
            return;
        writer.Write((byte)residual.Back);
        foreach (var weight in residual.Weights)
            writer.Write(weight);
    }

    private static ConvolutionShape ReadShape(ref ModelReader reader, bool isTransposed)
    {
        var sizes = reader.Int32s(5);
        return new(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], reader.Byte(), reader.Byte(), reader.Byte(), isTransposed);
    }

    private static bool IsWide(ReadOnlySpan<short> weights) => weights.IndexOfAnyExceptInRange((short)-sbyte.MaxValue, (short)sbyte.MaxValue) >= 0;
}
