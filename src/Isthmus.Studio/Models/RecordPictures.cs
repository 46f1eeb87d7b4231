using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Information;
using static TorchSharp.torch;

namespace Isthmus.Studio.Models;

/// <summary>Small pictures of many records, side by side in one.</summary>
/// <param name="Address">The picture as a data address.</param>
/// <param name="Width">Width of one, pixels.</param>
/// <param name="Height">Height of one, pixels.</param>
/// <param name="Gap">Pixels between two and around all.</param>
/// <param name="Columns">Pictures in a row.</param>
internal sealed record PictureSheet(string Address, int Width, int Height, int Gap, int Columns);

/// <summary>Pictures of records for pages, as data addresses. Safe to use from several threads.</summary>
internal static class RecordPictures
{
    // matplotlib's inferno at equal distances: bits a pixel from few to many.
    private static readonly (byte R, byte G, byte B)[] Ramp =
    [
        (0, 0, 4),
        (40, 11, 84),
        (101, 21, 110),
        (159, 42, 99),
        (212, 72, 66),
        (245, 125, 21),
        (250, 193, 39),
        (252, 255, 164),
    ];

    /// <summary>Returns records side by side, none larger than a side.</summary>
    public static PictureSheet Sheet(Dataset data, IReadOnlyList<int> records, int side, int columns)
    {
        var schema = Images(data.Schema);
        var size = Fitted(schema, side);
        var pictures = records.Select(record => Small(data, schema, record, size)).ToArray();
        var across = Math.Min(columns, pictures.Length);
        return new(
            Png(schema with { Height = size.Height, Width = size.Width }, pictures, across),
            size.Width,
            size.Height,
            pictures.Length == 1 ? 0 : ImageGrid.Gap,
            across
        );
    }

    /// <summary>Returns one 8-bit planar picture.</summary>
    public static string Of(DataSchema schema, byte[] picture) => Png(Images(schema), [picture], 1);

    /// <summary>Returns some pictures in a row.</summary>
    public static string Row(DataSchema schema, IReadOnlyList<byte[]> pictures) => Png(Images(schema), pictures, pictures.Count);

    /// <summary>Returns some pictures in rows.</summary>
    public static string Grid(DataSchema schema, IReadOnlyList<byte[]> pictures, int columns) => Png(Images(schema), pictures, columns);

    /// <summary>Returns the pixels of a record, 8 bits each.</summary>
    public static byte[] Pixels(Dataset data, int record)
    {
        var pixels = new byte[data.Schema.Dimension];
        data.CopyPixels([record], pixels);
        return Images(data.Schema).Levels == 2 ? Array.ConvertAll(pixels, pixel => (byte)(255 * pixel)) : pixels;
    }

    /// <summary>Returns the difference of two pictures: blue where the second is darker, red where it is brighter, white where they agree.</summary>
    public static string Difference(DataSchema images, byte[] first, byte[] second)
    {
        var schema = Images(images);
        var plane = schema.Height * schema.Width;
        var colours = new byte[3 * plane];
        for (var pixel = 0; pixel < plane; pixel++)
        {
            var difference = 0;
            for (var channel = 0; channel < schema.Channels; channel++)
                difference += second[channel * plane + pixel] - first[channel * plane + pixel];
            difference /= schema.Channels;
            colours[pixel] = (byte)(255 - Math.Max(0, -difference));
            colours[plane + pixel] = (byte)(255 - Math.Abs(difference));
            colours[2 * plane + pixel] = (byte)(255 - Math.Max(0, difference));
        }
        return Png(schema with { Channels = 3 }, [colours], 1);
    }

    /// <summary>Returns the bits of each pixel as colours, dark for none, and the greatest; null where pixels are not independent given the code.</summary>
    public static (string Address, float Most)? Bits(OpenModel model, Dataset data, int record)
    {
        var schema = Images(data.Schema);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var network = model.Trained.Network;
        var x = TensorBatches.Gather(model.Trained.Prepare(data.Select([record])), [0]);
        if (network.Likelihood.LogProbabilityOfEach(network.Record(x), network.Decode(network.Encode(x, sample: false).Z, network.Given(x))) is not { } each)
            return null;
        var nats = each.to(float32).cpu().contiguous().data<float>().ToArray();
        var (plane, scale) = (schema.Height * schema.Width, (float)InformationUnits.NatsToBits(1));
        var bits = new float[plane];
        for (var i = 0; i < nats.Length; i++)
            bits[i % plane] -= nats[i] * scale;
        var most = Math.Max(bits.Max(), 1e-6f);
        return (Heat(schema, [bits], most, 1), most);
    }

    /// <summary>Returns numbers of pixels as colours, dark for 0 and bright for the most, picture by picture in rows.</summary>
    /// <param name="schema">Height and width of a picture.</param>
    /// <param name="pictures">A number a pixel of each.</param>
    /// <param name="most">Greatest number.</param>
    /// <param name="columns">Pictures in a row.</param>
    public static string Heat(ImageSchema schema, IReadOnlyList<float[]> pictures, float most, int columns) =>
        Png(
            schema with
            {
                Channels = 3,
            },
            [
                .. pictures.Select(pixels =>
                {
                    var colours = new byte[3 * pixels.Length];
                    foreach (var (pixel, number) in pixels.Index())
                        (colours[pixel], colours[pixels.Length + pixel], colours[2 * pixels.Length + pixel]) = Colour(Math.Max(0, number) / most);
                    return colours;
                }),
            ],
            columns
        );

    private static (byte R, byte G, byte B) Colour(float share)
    {
        var place = Math.Clamp(share, 0, 1) * (Ramp.Length - 1);
        var (low, part) = (Math.Min((int)place, Ramp.Length - 2), place - Math.Min((int)place, Ramp.Length - 2));
        byte Mixed(byte a, byte b) => (byte)(a + part * (b - a));
        return (Mixed(Ramp[low].R, Ramp[low + 1].R), Mixed(Ramp[low].G, Ramp[low + 1].G), Mixed(Ramp[low].B, Ramp[low + 1].B));
    }

    private static byte[] Small(Dataset data, ImageSchema schema, int record, ImageSize size)
    {
        var pixels = Pixels(data, record);
        if (size.Height == schema.Height && size.Width == schema.Width)
            return pixels;
        var small = new byte[size.Height * size.Width * schema.Channels];
        ImageResampler.Resize(pixels, new(schema.Height, schema.Width), small, size, schema.Channels);
        return small;
    }

    private static ImageSize Fitted(ImageSchema schema, int side) =>
        Math.Max(schema.Height, schema.Width) is var largest && largest <= side
            ? new(schema.Height, schema.Width)
            : new(Math.Max(1, schema.Height * side / largest), Math.Max(1, schema.Width * side / largest));

    private static ImageSchema Images(DataSchema schema) => schema.Demand<ImageSchema>("Records of pixels are pictures.");

    private static string Png(ImageSchema schema, IReadOnlyList<byte[]> pictures, int columns) =>
        $"data:image/png;base64,{Convert.ToBase64String(ImageGrid.Png(schema with { Levels = 256 }, pictures, columns))}";
}
