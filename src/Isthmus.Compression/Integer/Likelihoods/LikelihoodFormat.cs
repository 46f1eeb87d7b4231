using Isthmus.Compression.Integer.Layers;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// A likelihood as bytes, little-endian: its kind (a byte), then for
/// <list type="bullet">
/// <item>1, Bernoulli: nothing;</item>
/// <item>2, discretised logistic: its two bounds (32 bits each);</item>
/// <item>3, mixture of discretised logistics: components (a byte), two bounds (32 bits each);</item>
/// <item>4, local context: a pixel's kind, 1 or 3, with what follows it; reach (a byte), features, unit of a pixel (16 bits each), hidden units of
/// a channel (16 bits); weights (16 bits, outputs x inputs), biases (32 bits) and shifts (a byte each) of the hidden layer, and of the outputs.</item>
/// </list>
/// </summary>
internal static class LikelihoodFormat
{
    private const byte Bernoulli = 1,
        Logistic = 2,
        Mixture = 3,
        LocalContext = 4;
    private const int MostReach = 16,
        MostFeatures = 256,
        MostHidden = 4096;

    public static void Write(BinaryWriter writer, IntegerLikelihood likelihood)
    {
        switch (likelihood)
        {
            case IntegerBernoulli:
                writer.Write(Bernoulli);
                break;
            case IntegerLogistic logistic:
                writer.Write(Logistic);
                writer.Write(logistic.LeastOctaves);
                writer.Write(logistic.MostOctaves);
                break;
            case IntegerLogisticMixture mixture:
                Write(writer, mixture.Pixel);
                break;
            case IntegerLocalContext context:
                writer.Write(LocalContext);
                Write(writer, context.Pixel);
                writer.Write((byte)context.Reach);
                foreach (var number in new[] { context.OutputsPerDimension, context.PixelUnit, context.Network.Output.Inputs })
                    writer.Write((ushort)number);
                Write(writer, context.Network.Hidden, context.Network.HiddenShifts);
                Write(writer, context.Network.Output, context.Network.OutputShifts);
                break;
            default:
                throw new ArgumentException($"A likelihood of type {likelihood.GetType().Name} has no bytes.", nameof(likelihood));
        }
    }

    /// <summary>Reads a likelihood; the inverse of <see cref="Write(BinaryWriter, IntegerLikelihood)"/>. Refuses sums that could leave 32 bits.</summary>
    /// <exception cref="InvalidDataException">Parts that do not fit together.</exception>
    /// <exception cref="InvalidInputException">The bytes end too early.</exception>
    public static IntegerLikelihood Read(ref ModelReader reader, ImageSchema schema)
    {
        switch (reader.Byte())
        {
            case Bernoulli when schema.Levels == 2:
                return new IntegerBernoulli(schema.Dimension);
            case Logistic:
                return new IntegerLogistic(schema.Dimension, schema.Levels, reader.Int32(), reader.Int32());
            case Mixture:
                return new IntegerLogisticMixture(schema.Dimension, ReadMixture(ref reader, schema));
            case LocalContext:
                return ReadContext(ref reader, schema);
            case var kind:
                throw new InvalidDataException($"likelihood {kind} for {schema.Levels} levels is not known to this version");
        }
    }

    private static void Write(BinaryWriter writer, IntegerPixel pixel)
    {
        if (pixel is not IntegerLogisticMixturePixel mixture)
        {
            writer.Write(Bernoulli);
            return;
        }
        writer.Write(Mixture);
        writer.Write((byte)mixture.Components);
        writer.Write(mixture.LeastOctaves);
        writer.Write(mixture.MostOctaves);
    }

    private static void Write(BinaryWriter writer, IntegerLinear linear, byte[] shifts)
    {
        foreach (var weight in linear.Weights)
            writer.Write(weight);
        foreach (var bias in linear.Bias)
            writer.Write(bias);
        writer.Write(shifts);
    }

    private static IntegerLogisticMixturePixel ReadMixture(ref ModelReader reader, ImageSchema schema)
    {
        var components = (int)reader.Byte();
        var (least, most) = (reader.Int32(), reader.Int32());
        return components is >= 1 and <= IntegerLogisticMixturePixel.MostComponents && least <= most
            ? new(schema.Levels, components, least, most)
            : throw new InvalidDataException(
                $"a mixture has 1 to {IntegerLogisticMixturePixel.MostComponents} components and bounds in order, this one {components} and {least} to {most}"
            );
    }

    private static IntegerLocalContext ReadContext(ref ModelReader reader, ImageSchema schema)
    {
        IntegerPixel pixel = reader.Byte() switch
        {
            Bernoulli when schema.Levels == 2 => new IntegerBernoulliPixel(),
            Mixture => ReadMixture(ref reader, schema),
            var kind => throw new InvalidDataException($"a context over pixels of kind {kind} and {schema.Levels} levels is not known to this version"),
        };
        var (reach, features, unit, hidden) = ((int)reader.Byte(), (int)reader.UInt16(), (int)reader.UInt16(), (int)reader.UInt16());
        if (reach is < 1 or > MostReach || features is < 1 or > MostFeatures || hidden is < 1 or > MostHidden)
            throw new InvalidDataException(
                $"a context has a reach of 1 to {MostReach}, 1 to {MostFeatures} features and 1 to {MostHidden} hidden units, this one {reach}, {features} and "
                    + $"{hidden}"
            );
        var (first, firstShifts) = Linear(ref reader, IntegerLocalContext.Known(schema, reach) + (features * schema.Channels), schema.Channels * hidden);
        var (last, lastShifts) = Linear(ref reader, hidden, schema.Channels * pixel.Parameters);
        return new(schema, pixel, features, reach, unit, new(schema.Channels, first, firstShifts, last, lastShifts));
    }

    private static (IntegerLinear Linear, byte[] Shifts) Linear(ref ModelReader reader, int inputs, int outputs)
    {
        var weights = reader.Int16s(inputs * outputs);
        if (weights.AsSpan().Contains(short.MinValue))
            throw new InvalidDataException("a weight is -32767 to 32767");
        var linear = new IntegerLinear(inputs, outputs, weights, reader.Int32s(outputs));
        return (linear, reader.Bytes(outputs));
    }
}
