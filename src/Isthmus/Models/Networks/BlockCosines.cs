using Isthmus.Compute;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Linear transform of blocks of 16 x 16 pixels to M numbers, or back. It starts as the cosine transform (Ahmed, Natarajan and Rao 1974) of sum and differences
/// of the colours, orthonormal, of whose numbers it keeps the M that vary most in photographs. It stays so, or training changes it freely.
/// </summary>
/// <remarks>
/// Beside layers that start at 0 it makes an untrained codec a transform codec: its picture loses what the other numbers would have told (42 dB on photographs
/// at M = 256), where layers with random weights have to learn first what a picture is.
/// </remarks>
internal sealed class BlockCosines : nn.Module<Tensor, Tensor>
{
    /// <summary>Side of a block, pixels.</summary>
    public const int Side = CodecNetwork.Stride;

    // Variance of a cosine's factor is level x (u^2 + v^2)^-fall, of the mean's factor apart: fitted to every tenth photograph of BSDS500, pixels in [0, 1].
    private static readonly (double Level, double Fall, double Mean)[] Variances = [(5.4, 1.42, 38), (0.2, 1.82, 5), (0.04, 1.64, 0.94)];

    // Orthonormal: sum and differences of red, green and blue. Of natural pictures these are nearly uncorrelated.
    private static readonly double[][] Opponents =
    [
        [1 / Math.Sqrt(3), 1 / Math.Sqrt(3), 1 / Math.Sqrt(3)],
        [1 / Math.Sqrt(2), 0, -1 / Math.Sqrt(2)],
        [1 / Math.Sqrt(6), -2 / Math.Sqrt(6), 1 / Math.Sqrt(6)],
    ];

    // The parameter is the matrix times so much, about 1: a step of training then changes a weight by a thousandth of itself, and not by a fiftieth.
    private const double Unit = Side;

    private readonly bool _isInverse;

    // Null: the cosines stay, and no file holds them.
    [ComponentName(Name = "weight")]
    private readonly Parameter? _weight;
    private readonly float[] _first;

    /// <summary>Creates the transform.</summary>
    /// <param name="colours">1 or 3.</param>
    /// <param name="numbers">M; those beyond the number of samples of a block start at 0.</param>
    /// <param name="isInverse">From numbers to pixels.</param>
    /// <param name="isLearned">True if training changes it.</param>
    public BlockCosines(int colours, int numbers, bool isInverse, bool isLearned)
        : base("block_cosines")
    {
        (_isInverse, Numbers, _first) = (isInverse, numbers, Basis(colours, numbers));
        if (isLearned)
        {
            using var scope = NewDisposeScope();
            _weight = new Parameter(First(NewWeights.Device ?? CPU).DetachFromDisposeScope());
        }
        RegisterComponents();
    }

    /// <summary>Numbers of a block, M.</summary>
    public int Numbers { get; }

    /// <summary>True if training changes it.</summary>
    public bool IsLearned => _weight is not null;

    /// <summary>Returns the squared error of pixels for a unit's error of each number, M.</summary>
    public Tensor SquaredErrors(Device device) => Matrix(device).Square().sum(1);

    /// <summary>Maps blocks to numbers, N x C x H x W to N x M x H/16 x W/16, or the way back.</summary>
    public override Tensor forward(Tensor x) =>
        _isInverse
            ? PixelBlocks.ToPixels(x.permute(0, 2, 3, 1).matmul(Matrix(x.device)).permute(0, 3, 1, 2), Side)
            : PixelBlocks.ToChannels(x, Side).matmul(Matrix(x.device).t()).permute(0, 3, 1, 2);

    /// <summary>
    /// Maps numbers to pictures of a smaller scale, N x M x h x w to N x C x h s x w s: each pixel is the mean of the (16 / s)^2 pixels in its place.
    /// </summary>
    /// <param name="x">The numbers.</param>
    /// <param name="side">s, pixels of a block's side: 1, 2, 4 or 8.</param>
    public Tensor Small(Tensor x, int side)
    {
        var (numbers, part) = (Numbers, Side / side);
        var colours = _first.Length / numbers / (Side * Side);
        var means = Matrix(x.device).view(numbers, side, part, side, part, colours).mean([2L, 4L]).view(numbers, -1);
        return PixelBlocks.ToPixels(x.permute(0, 2, 3, 1).matmul(means).permute(0, 3, 1, 2), side);
    }

    private Tensor First(Device device) => tensor(_first).view(Numbers, -1).to(device);

    private Tensor Matrix(Device device) => (_weight ?? First(device)).Times(1 / Unit);

    /// <summary>Returns the standard deviations that the numbers have in photographs at the start, largest first.</summary>
    public static double[] Deviations(int colours, int numbers) =>
        [.. Kept(colours, numbers).Select(kept => Math.Sqrt(VarianceOf(kept, colours))), .. new double[Missing(colours, numbers)]];

    /// <summary>Returns M x 16 x 16 x C weights: row in the block, column in the block, colour.</summary>
    private static float[] Basis(int colours, int numbers)
    {
        var rows = Kept(colours, numbers)
            .SelectMany(kept =>
                from row in Enumerable.Range(0, Side)
                from column in Enumerable.Range(0, Side)
                from colour in Enumerable.Range(0, colours)
                select (float)(Unit * Cosine(kept.Row, row) * Cosine(kept.Column, column) * (colours == 1 ? 1 : Opponents[kept.Colour][colour]))
            );
        return [.. rows, .. new float[Missing(colours, numbers) * Side * Side * colours]];
    }

    private static int Missing(int colours, int numbers) => Math.Max(0, numbers - Side * Side * colours);

    private static IEnumerable<(int Colour, int Row, int Column)> Kept(int colours, int numbers) =>
        (
            from colour in Enumerable.Range(0, colours)
            from row in Enumerable.Range(0, Side)
            from column in Enumerable.Range(0, Side)
            select (colour, row, column)
        )
            .OrderByDescending(one => VarianceOf(one, colours))
            .Take(numbers);

    // The sum of three colours varies three times as much as grey does.
    private static double VarianceOf((int Colour, int Row, int Column) one, int colours)
    {
        var (level, fall, mean) = Variances[one.Colour];
        var square = one.Row * one.Row + one.Column * one.Column;
        return (square == 0 ? mean : level * Math.Pow(square, -fall)) / (colours == 1 ? 3 : 1);
    }

    // Orthonormal cosines of the second type.
    private static double Cosine(int frequency, int place) =>
        Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / Side) * Math.Cos(Math.PI * frequency * (2 * place + 1) / (2 * Side));
}
