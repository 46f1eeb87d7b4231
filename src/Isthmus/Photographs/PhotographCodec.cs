using System.Buffers.Binary;
using Isthmus.Compression.Photographs;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Photographs;

/// <summary>
/// Lossy codec of photographs of any size by a model of <c>image-codec</c>. Opacity, 16 bits and metadata stay; colours come back about as they were. Memory is
/// that of the picture, of its code (a byte a pixel) and of one tile.
/// </summary>
/// <remarks>
/// Every machine reads the same codes, as what tells their means and scales are whole numbers. Pixels are made of them in floating point: machines may differ
/// in the last bits, and now and then in a sample by 1 of 255. Coded bytes keep the mean of each colour where they were made, and a decoder whose mean
/// differs by more than a quarter of a level refuses them. Safe to use from several threads until it is disposed of.
/// </remarks>
public sealed class PhotographCodec : IDisposable
{
    // Codes of a window's side that the transforms take at once, whole tiles: some hundred megabytes of layers.
    private const int TilesAcross = 2;

    // In 1/256 of a level.
    private const int MeanTolerance = 64,
        MeanUnits = 256;

    private readonly TrainedModel? _trained;
    private readonly LatentModel _model;
    private readonly LatentCoder _coder;
    private readonly PictureSynthesis _synthesis;
    private readonly float[][] _inverseGains;

    private PhotographCodec(LatentModel model, TrainedModel? trained)
    {
        (_model, _trained, _coder) = (model, trained, new(model));
        (_synthesis, _inverseGains) = CodecSynthesis.Of(model.Synthesis, model.Channels);
        if (trained is not null)
            _synthesis.to(trained.Network.parameters().First().device);
    }

    /// <summary>Creates a codec that encodes and decodes. The model stays the caller's to dispose of.</summary>
    /// <param name="model">A model of <c>image-codec</c>.</param>
    /// <exception cref="InvalidInputException">Another model.</exception>
    public PhotographCodec(TrainedModel model)
        : this(CodecForm.Of(model), model) { }

    /// <summary>Creates a codec that decodes, from the bytes that an archive holds.</summary>
    /// <param name="bytes">Bytes of <see cref="ToBytes"/>.</param>
    /// <exception cref="InvalidInputException">They are none, or damaged.</exception>
    public static PhotographCodec FromBytes(byte[] bytes) => new(LatentModel.FromBytes(bytes), null);

    /// <summary>Returns true if a model, by its manifest, codes photographs.</summary>
    public static bool IsOne(ModelManifest manifest) => CodecForm.IsOne(manifest);

    /// <summary>Returns true if bytes begin as those of a codec.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => LatentModel.IsOne(bytes);

    /// <summary>Returns the bytes that decode what it encodes, as an archive holds them: the same model, the same bytes.</summary>
    public byte[] ToBytes() => _model.ToBytes();

    /// <summary>The model as archives take it.</summary>
    internal LatentModel Model => _model;

    /// <summary>Encodes a photograph.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="quality">From 0, the fewest bytes, to 1; kept to 1/255.</param>
    /// <param name="threads">Threads of the entropy coder; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">A quality outside 0 to 1, colours for a model of grey ones, or a codec that only decodes.</exception>
    public EncodedPhotograph Encode(Photograph photograph, double quality = 0.5, int threads = 0, CancellationToken cancellationToken = default)
    {
        if (_trained is null)
            throw new InvalidInputException(
                "The codec",
                "is that of an archive, which only decodes",
                $"take the trained model ({OptionNames.Model("image-codec")})"
            );
        if (!(quality is >= 0 and <= 1))
            throw new InvalidInputException($"{OptionNames.Quality} {quality}", "is not from 0 to 1", "give such as 0.5", OptionNames.Quality);
        if (_synthesis.Colours == 1 && !photograph.IsGrey)
            throw new InvalidInputException(
                photograph.Name,
                "is in colour, and the model is of grey pictures",
                "take a model trained in colour, or make it grey"
            );
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var level = (byte)Math.Round(255 * quality);
        var coded = new CodedPhotograph
        {
            Size = photograph.Size,
            IsGrey = photograph.IsGrey,
            IsDeep = photograph.Bits == 16,
            Quality = level,
            Metadata = photograph.Metadata,
            Opacity = photograph.HasAlpha ? OpacityOf(photograph) : null,
            Tiles = [],
        };
        var code = coded.CodeSize;
        var codes = new short[_model.Channels * code.Height * code.Width];
        var tiles = CodedPhotograph.TilesOf(code);
        var messages = new ReadOnlyMemory<byte>[tiles.Length];
        var distortions = CodecForm.Distortions(_trained, level / 255.0);
        foreach (var window in Windows(code))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Analyse(photograph, window, code, level / 255.0, distortions, tiles, messages, codes, threads, cancellationToken);
        }
        coded = coded with { Tiles = messages, CodeSum = CodedPhotograph.SumOf(codes) };
        var decoded = Synthesise(coded, codes, photograph.Name, 1, cancellationToken);
        coded = coded with { Means = MeansOf(decoded) };
        return new(coded.ToBytes(), decoded, Psnr(photograph, decoded));
    }

    /// <summary>Decodes a photograph.</summary>
    /// <param name="coded">Bytes of <see cref="Encode"/>.</param>
    /// <param name="name">Name of the picture in messages.</param>
    /// <param name="threads">Threads of the entropy coder; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">The bytes are damaged, of another model, or give other pixels here than where they were made.</exception>
    public Photograph Decode(ReadOnlyMemory<byte> coded, string name = "the photograph", int threads = 0, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var (given, decoded) = Decode(coded, name, 1, threads, cancellationToken);
        var means = MeansOf(decoded);
        for (var colour = 0; colour < means.Length; colour++)
            if (Math.Abs(means[colour] - given.Means[colour]) > MeanTolerance)
                throw new InvalidInputException(
                    name,
                    $"comes out with a mean of {means[colour] / (double)MeanUnits:0.00} of 255 where it had {given.Means[colour] / (double)MeanUnits:0.00}",
                    "fetch the file again, or decode it on another machine"
                );
        return decoded;
    }

    /// <summary>Pixels of a side of a place of the code.</summary>
    internal const int PlaceSide = CodedPhotograph.Stride;

    /// <summary>Returns the rows and columns of a photograph's code.</summary>
    internal static ImageSize PlacesOf(ImageSize size) => new CodedPhotograph { Size = size, Tiles = [] }.CodeSize;

    /// <summary>Returns the bits that each place of a photograph's code costs, row after row: those of 16 x 16 pixels.</summary>
    /// <param name="coded">Bytes of <see cref="Encode"/>.</param>
    /// <param name="threads">Threads; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">The bytes are damaged.</exception>
    internal float[] PlaceBits(ReadOnlyMemory<byte> coded, int threads, CancellationToken cancellationToken) =>
        CodedPhotograph.FromBytes(coded).PlaceBits(_coder, ThreadsOf(threads), cancellationToken);

    /// <summary>
    /// Decodes a photograph at a smaller scale, without making the whole: by the linear part of the transform alone, whose pixels are means of the whole
    /// picture's. Some tens of times faster beyond the entropy coder.
    /// </summary>
    /// <param name="coded">Bytes of <see cref="Encode"/>.</param>
    /// <param name="fraction">2, 4, 8 or 16: pixels of the whole picture's height and width to one.</param>
    /// <param name="name">Name of the picture in messages.</param>
    /// <param name="threads">Threads of the entropy coder; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">The bytes are damaged or of another model, or the fraction is another number.</exception>
    public Photograph DecodeSmall(
        ReadOnlyMemory<byte> coded,
        int fraction,
        string name = "the photograph",
        int threads = 0,
        CancellationToken cancellationToken = default
    )
    {
        if (fraction is not (2 or 4 or 8 or CodecNetwork.Stride))
            throw new InvalidInputException($"A scale of 1/{fraction}", "is none of 1/2, 1/4, 1/8 and 1/16", "give one of them");
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        return Decode(coded, name, fraction, threads, cancellationToken).Photograph;
    }

    /// <inheritdoc/>
    public void Dispose() => _synthesis.Dispose();

    private (CodedPhotograph Given, Photograph Photograph) Decode(
        ReadOnlyMemory<byte> coded,
        string name,
        int fraction,
        int threads,
        CancellationToken cancellationToken
    )
    {
        var given = CodedPhotograph.FromBytes(coded);
        if (_synthesis.Colours == 1 && !given.IsGrey)
            throw new InvalidInputException(name, "is in colour, and the codec is of grey pictures", "give the model that it was made with");
        var codes = given.Codes(_coder, _model.Channels, ThreadsOf(threads), cancellationToken);
        return (given, Synthesise(given, codes, name, fraction, cancellationToken));
    }

    /// <summary>Codes the tiles of a window, by a part of the picture that reaches as far as they depend on.</summary>
    private void Analyse(
        Photograph photograph,
        Window window,
        ImageSize code,
        double quality,
        float[] distortions,
        (int Top, int Left, int Height, int Width)[] tiles,
        ReadOnlyMemory<byte>[] messages,
        short[] codes,
        int threads,
        CancellationToken cancellationToken
    )
    {
        using var scope = NewDisposeScope();
        var analysis = (PictureAnalysis)_trained!.Network.Encoder;
        var bottleneck = (HyperpriorBottleneck)_trained.Network.Bottleneck;
        var around = window.Around(CodecNetwork.Reach(_synthesis.Blocks), code);
        var size = new ImageSize(around.Height * CodecNetwork.Stride, around.Width * CodecNetwork.Stride);
        var planes = new float[photograph.Colours * size.Height * size.Width];
        photograph.CopyTo(planes, around.Top * CodecNetwork.Stride, around.Left * CodecNetwork.Stride, size);
        var device = _trained.Network.parameters().First().device;
        var x = tensor(planes, device: device).view(1, photograph.Colours, size.Height, size.Width).expand(1, _synthesis.Colours, -1, -1);
        var y = bottleneck.InSteps(analysis.Analyse(x), quality);
        int[] own =
        [
            .. Enumerable
                .Range(0, tiles.Length)
                .Where(i => tiles[i].Top >= window.Top && tiles[i].Top < window.Top + window.Height)
                .Where(i => tiles[i].Left >= window.Left && tiles[i].Left < window.Left + window.Width),
        ];
        var given = Array.ConvertAll(own, i =>
        {
            var (top, left, height, width) = tiles[i];
            var part = y.narrow(2, top - around.Top, height).narrow(3, left - around.Left, width);
            return (Numbers(part), bottleneck.Hyper > 0 ? Numbers(bottleneck.HyperCode(part)) : []);
        });
        Parallel.For(0, own.Length, new ParallelOptions { MaxDegreeOfParallelism = ThreadsOf(threads), CancellationToken = cancellationToken }, i =>
        {
            var (_, _, height, width) = tiles[own[i]];
            var tile = new short[_model.Channels * height * width];
            messages[own[i]] = _coder.Encode(given[i].Item1, given[i].Item2, height, width, tile, distortions);
            CodedPhotograph.Place<short>(tile, codes, code, tiles[own[i]]);
        });
    }

    /// <summary>
    /// Makes the picture of its code, or one of a fraction of its height and width, window after window, each with as much around it as its pixels depend on:
    /// there are no seams.
    /// </summary>
    private Photograph Synthesise(CodedPhotograph coded, short[] codes, string name, int fraction, CancellationToken cancellationToken)
    {
        var picture = new ImageSize((coded.Size.Height + fraction - 1) / fraction, (coded.Size.Width + fraction - 1) / fraction);
        var (code, side, pixels) = (coded.CodeSize, CodecNetwork.Stride / fraction, picture.Height * picture.Width);
        var samples = pixels * ((coded.IsGrey ? 1 : 3) + (coded.Opacity is null ? 0 : 1));
        var (bytes, words) = (coded.IsDeep ? null : new byte[samples], coded.IsDeep ? new ushort[samples] : null);
        if (coded.Opacity is { } opacity)
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                var from = pixel / picture.Width * fraction * coded.Size.Width + pixel % picture.Width * fraction;
                if (words is null)
                    bytes![(pixel + 1) * (samples / pixels) - 1] = opacity[from];
                else
                    words[(pixel + 1) * (samples / pixels) - 1] = BinaryPrimitives.ReadUInt16LittleEndian(opacity.AsSpan(2 * from));
            }
        var photograph = new Photograph(name, picture, coded.IsGrey, coded.Opacity is not null, bytes, words, coded.Metadata);
        var gains = GainsAt(coded.Quality / 255.0);
        var device = _synthesis.parameters().First().device;
        foreach (var window in Windows(code))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var around = window.Around(fraction == 1 ? CodecNetwork.Reach(_synthesis.Blocks) : 0, code);
            var given = new float[_model.Channels * around.Height * around.Width];
            for (var channel = 0; channel < _model.Channels; channel++)
                for (var row = 0; row < around.Height; row++)
                    for (var column = 0; column < around.Width; column++)
                        given[((channel * around.Height) + row) * around.Width + column] =
                            codes[((channel * code.Height) + around.Top + row) * code.Width + around.Left + column] * gains[channel];
            var y = tensor(given, device: device).view(1, _model.Channels, around.Height, around.Width);
            var x = fraction == 1 ? _synthesis.Synthesise(y) : _synthesis.SynthesiseSmall(y, side);
            if (coded.IsGrey && _synthesis.Colours == 3)
                x = x.mean([1L], keepdim: true);
            photograph.CopyFrom(
                Numbers(x),
                new(around.Height * side, around.Width * side),
                ((window.Top - around.Top) * side, (window.Left - around.Left) * side),
                window.Top * side,
                window.Left * side,
                new(Math.Min(window.Height * side, picture.Height - window.Top * side), Math.Min(window.Width * side, picture.Width - window.Left * side))
            );
        }
        return photograph;
    }

    /// <summary>Returns what a code of one unit, 1/16 of a step, stands for in each channel at a quality.</summary>
    private float[] GainsAt(double quality)
    {
        var place = quality * (_inverseGains.Length - 1);
        var (lower, share) = ((int)Math.Min(place, Math.Max(0, _inverseGains.Length - 2)), 0.0);
        share = place - lower;
        var (below, above) = (_inverseGains[lower], _inverseGains[Math.Min(lower + 1, _inverseGains.Length - 1)]);
        return [.. below.Zip(above, (a, b) => (float)(Math.Exp(a + share * (b - a)) / LatentModel.One))];
    }

    private static IEnumerable<Window> Windows(ImageSize code) =>
        from row in CodedPhotograph.Parts(code.Height, CodedPhotograph.TileSide).Chunk(TilesAcross)
        from column in CodedPhotograph.Parts(code.Width, CodedPhotograph.TileSide).Chunk(TilesAcross)
        select new Window(row[0].At, column[0].At, row.Sum(part => part.Length), column.Sum(part => part.Length));

    private static float[] Numbers(Tensor values) => [.. values.to(ScalarType.Float32).cpu().contiguous().data<float>()];

    private static byte[] OpacityOf(Photograph photograph)
    {
        var (pixels, deep) = (photograph.Size.Height * photograph.Size.Width, photograph.Bits == 16);
        var opacity = new byte[pixels * (deep ? 2 : 1)];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var sample = photograph.Sample((pixel + 1) * photograph.Channels - 1);
            if (deep)
                BinaryPrimitives.WriteUInt16LittleEndian(opacity.AsSpan(2 * pixel), (ushort)sample);
            else
                opacity[pixel] = (byte)sample;
        }
        return opacity;
    }

    private static ushort[] MeansOf(Photograph photograph)
    {
        var (sums, pixels) = (new long[photograph.Colours], (long)photograph.Size.Height * photograph.Size.Width);
        for (var pixel = 0; pixel < pixels; pixel++)
            for (var colour = 0; colour < sums.Length; colour++)
                sums[colour] += photograph.Sample((int)pixel * photograph.Channels + colour);
        return Array.ConvertAll(sums, sum => (ushort)Math.Round((double)MeanUnits * 255 * sum / ((double)photograph.White * pixels)));
    }

    /// <summary>Returns the peak signal-to-noise ratio of the colours of two pictures of the same size, dB.</summary>
    internal static double Psnr(Photograph original, Photograph decoded)
    {
        var (squares, pixels) = (0.0, (long)original.Size.Height * original.Size.Width);
        for (var pixel = 0; pixel < pixels; pixel++)
            for (var colour = 0; colour < original.Colours; colour++)
            {
                var off = original.Sample((int)pixel * original.Channels + colour) - decoded.Sample((int)pixel * original.Channels + colour);
                squares += (double)off * off;
            }
        return 10 * Math.Log10((double)original.White * original.White / Math.Max(squares / (pixels * original.Colours), 1e-10));
    }

    /// <summary>Returns the threads that a number means.</summary>
    internal static int ThreadsOf(int threads) => threads == 0 ? Environment.ProcessorCount : threads;

    /// <summary>A part of a code.</summary>
    private readonly record struct Window(int Top, int Left, int Height, int Width)
    {
        /// <summary>Returns the part with so many places around it, as far as there are any.</summary>
        public Window Around(int reach, ImageSize code)
        {
            var (top, left) = (Math.Max(0, Top - reach), Math.Max(0, Left - reach));
            return new(top, left, Math.Min(code.Height, Top + Height + reach) - top, Math.Min(code.Width, Left + Width + reach) - left);
        }
    }
}

/// <summary>A coded photograph.</summary>
/// <param name="Bytes">Coded bytes.</param>
/// <param name="Decoded">The picture that comes back.</param>
/// <param name="PsnrDb">Peak signal-to-noise ratio of its colours, dB.</param>
public sealed record EncodedPhotograph(byte[] Bytes, Photograph Decoded, double PsnrDb);
