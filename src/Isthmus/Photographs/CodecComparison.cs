using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Photographs;

/// <summary>
/// One photograph through a codec at several qualities, beside JPEG and WebP: bytes, PSNR, where the bits go, and a part of the picture as each gives it back.
/// All are of its colours in 8 bits, upright and without metadata, so that they compare. Immutable, and safe to use from several threads.
/// </summary>
public sealed class CodecComparison
{
    // Pixels of a side of the part that is shown.
    private const int PartSide = 208;

    private static readonly double[] Stops = [0, 0.25, 0.5, 0.75, 1];
    private static readonly int[] OtherQualities = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95];

    private CodecComparison(
        PhotographCodec codec,
        Photograph photograph,
        double quality,
        int threads,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        (Photograph, Quality) = (photograph, quality);
        double[] qualities = [.. Stops.Append(quality).Distinct().Order()];
        var (pixels, steps) = ((double)photograph.Size.Height * photograph.Size.Width, 2.0 * (qualities.Length + 1));
        var done = 0;
        void Step() => progress?.Report(++done / steps);
        // The part is chosen by the codec's own bits at the quality asked for.
        var chosen = codec.Encode(photograph, quality, threads, cancellationToken);
        Part = Dearest(codec.PlaceBits(chosen.Bytes, threads, cancellationToken), photograph.Size);
        Step();
        List<ComparedQuality> compared = [];
        foreach (var one in qualities)
        {
            var encoded = one == quality ? chosen : codec.Encode(photograph, one, threads, cancellationToken);
            Step();
            var (jpegQuality, jpegBytes, jpeg) = LossyPicture.JpegOf(photograph, encoded.Bytes.Length);
            compared.Add(
                new(one, encoded.Bytes.Length, encoded.PsnrDb, encoded.Decoded.Cut(Part), codec.PlaceBits(encoded.Bytes, threads, cancellationToken))
                {
                    JpegQuality = jpegQuality,
                    JpegBytes = jpegBytes,
                    JpegPsnrDb = PhotographCodec.Psnr(photograph, jpeg),
                    JpegPart = jpeg.Cut(Part),
                }
            );
            Step();
        }
        Qualities = compared;
        Own = new("this codec", [.. compared.Select(one => (8 * one.Bytes / pixels, one.PsnrDb))]);
        RateDistortionCurve Other(string name, Func<Photograph, int, (int Bytes, Photograph Decoded)> code) =>
            new(
                name,
                [
                    .. OtherQualities.Select(one =>
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        var (bytes, decoded) = code(photograph, one);
                        return (8 * bytes / pixels, PhotographCodec.Psnr(photograph, decoded));
                    }),
                ]
            );
        Others = [Other("JPEG", LossyPicture.Jpeg), Other("WebP", LossyPicture.WebP)];
        Step();
    }

    /// <summary>Compares a photograph.</summary>
    /// <param name="codec">The codec, which encodes.</param>
    /// <param name="path">File of the photograph.</param>
    /// <param name="quality">Quality to begin with, from 0 to 1; the others are 0, 1/4, 1/2, 3/4 and 1.</param>
    /// <param name="threads">Threads of the entropy coder; 0 for as many as there are cores.</param>
    /// <param name="progress">Receives the fraction that is done.</param>
    /// <param name="cancellationToken">Stops between two codings.</param>
    /// <exception cref="InvalidInputException">It is no picture that can be read, in colour and the codec of grey ones, or the quality is none.</exception>
    public static CodecComparison Of(
        PhotographCodec codec,
        string path,
        double quality = 0.5,
        int threads = 0,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => new(codec, PhotographFile.ReadColours(path), quality, threads, progress, cancellationToken);

    /// <summary>The photograph.</summary>
    public Photograph Photograph { get; }

    /// <summary>Quality to begin with.</summary>
    public double Quality { get; }

    /// <summary>The codec at each quality, in order.</summary>
    public IReadOnlyList<ComparedQuality> Qualities { get; }

    /// <summary>Bits a pixel and PSNR of the codec, at <see cref="Qualities"/>.</summary>
    public RateDistortionCurve Own { get; }

    /// <summary>The same of JPEG and WebP by SkiaSharp.</summary>
    public IReadOnlyList<RateDistortionCurve> Others { get; }

    /// <summary>The shown part as it was.</summary>
    internal Photograph Original => Photograph.Cut(Part);

    /// <summary>Where the shown part is: the one that costs the codec the most bits.</summary>
    internal (int Top, int Left, ImageSize Size) Part { get; }

    /// <summary>Rows and columns of places of 16 x 16 pixels, to which <see cref="ComparedQuality.PlaceBits"/> belong.</summary>
    public ImageSize Places => PhotographCodec.PlacesOf(Photograph.Size);

    private static (int Top, int Left, ImageSize Size) Dearest(float[] bits, ImageSize size)
    {
        var (places, side) = (PhotographCodec.PlacesOf(size), PartSide / PhotographCodec.PlaceSide);
        var (height, width) = (Math.Min(side, places.Height), Math.Min(side, places.Width));
        // Sums of all places above and left of each.
        var sums = new double[places.Height + 1, places.Width + 1];
        for (var y = 0; y < places.Height; y++)
            for (var x = 0; x < places.Width; x++)
                sums[y + 1, x + 1] = bits[y * places.Width + x] + sums[y, x + 1] + sums[y + 1, x] - sums[y, x];
        var (top, left) = (
            from y in Enumerable.Range(0, places.Height - height + 1)
            from x in Enumerable.Range(0, places.Width - width + 1)
            select (Top: y, Left: x)
        ).MaxBy(at => sums[at.Top + height, at.Left + width] - sums[at.Top, at.Left + width] - sums[at.Top + height, at.Left] + sums[at.Top, at.Left]);
        (top, left) = (top * PhotographCodec.PlaceSide, left * PhotographCodec.PlaceSide);
        return (top, left, new(Math.Min(PartSide, size.Height - top), Math.Min(PartSide, size.Width - left)));
    }
}

/// <summary>A photograph through the codec at one quality, and as the best JPEG of no more bytes.</summary>
/// <param name="Quality">From 0 to 1.</param>
/// <param name="Bytes">Coded bytes.</param>
/// <param name="PsnrDb">Peak signal-to-noise ratio of the colours, dB.</param>
/// <param name="Part">The shown part as the codec gives it back.</param>
/// <param name="PlaceBits">Bits that each 16 x 16 pixels cost, row after row.</param>
public sealed record ComparedQuality(double Quality, int Bytes, double PsnrDb, Photograph Part, IReadOnlyList<float> PlaceBits)
{
    /// <summary>Quality of that JPEG, 1 to 100: 1 where every JPEG takes more bytes.</summary>
    public required int JpegQuality { get; init; }

    /// <summary>Bytes of that JPEG.</summary>
    public required int JpegBytes { get; init; }

    /// <summary>Peak signal-to-noise ratio of that JPEG, dB.</summary>
    public required double JpegPsnrDb { get; init; }

    /// <summary>The shown part as that JPEG gives it back.</summary>
    public required Photograph JpegPart { get; init; }
}
