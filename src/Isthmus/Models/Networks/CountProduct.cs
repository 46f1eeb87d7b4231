using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information.Numerics;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// x W of counts x, N x D, and W, D x M: sums of the rows of W at nonzero counts, in float32 and in each record's order. W is rearranged in tiles of 64
/// columns, so that a tile stays in a cache while a block of records passes by; row by row, nearly all of W's numbers would come from memory again for every
/// record.
/// </summary>
internal sealed class CountProduct : IDisposable
{
    /// <summary>Number of columns of a tile.</summary>
    public const int TileWidth = 4 * SimdSpans.Count;

    private readonly Tensor _tiles;
    private readonly int _inputs;

    /// <summary>Rearranges the present weight, D x M.</summary>
    public CountProduct(Tensor weight)
    {
        (_inputs, Outputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        using var noGradient = no_grad();
        // The threads below are in no inference mode of the caller's, and could not write to a tensor that was made in one.
        using var normal = inference_mode(false);
        using var scope = NewDisposeScope();
        _tiles = empty((Outputs + TileWidth - 1) / TileWidth, _inputs, TileWidth).DetachFromDisposeScope();
        var rest = Outputs % TileWidth;
        if (rest > 0)
            _tiles[^1].narrow(1, rest, TileWidth - rest).zero_();
        Parallel.For(0, (int)_tiles.shape[0], tile =>
        {
            using var inner = NewDisposeScope();
            using var noInnerGradient = no_grad();
            var width = Math.Min(TileWidth, Outputs - tile * TileWidth);
            _tiles[tile].narrow(1, 0, width).copy_(weight.narrow(1, tile * TileWidth, width));
        });
    }

    /// <summary>Number of outputs, M.</summary>
    public int Outputs { get; }

    /// <summary>Computes columns of the product.</summary>
    /// <param name="x">Counts.</param>
    /// <param name="first">The first of them, a multiple of <see cref="TileWidth"/>.</param>
    /// <param name="into">N x as many as there is room for.</param>
    public void Multiply(SparseCounts x, int first, Span<float> into)
    {
        var width = into.Length / x.Count;
        var tiles = new TensorNumbers<float>(_tiles);
        Span<float> rest = stackalloc float[TileWidth];
        for (var done = 0; done < width; done += TileWidth)
        {
            ReadOnlySpan<float> tile = tiles.Slice((first + done) / TileWidth * (long)_inputs * TileWidth, checked(_inputs * TileWidth));
            for (var row = 0; row < x.Count; row++)
            {
                var place = into.Slice(row * width + done, Math.Min(TileWidth, width - done));
                if (place.Length == TileWidth)
                {
                    Sum(x[row], tile, place);
                    continue;
                }
                Sum(x[row], tile, rest);
                rest[..place.Length].CopyTo(place);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tiles.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(SparseRecord record, ReadOnlySpan<float> tile, Span<float> into)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var columns = record.Columns;
        for (var k = 0; k < columns.Length; k++)
        {
            var row = tile.Slice(columns[k] * TileWidth, TileWidth);
            var value = Vector512.Create(record.Values[k]);
            a = Vector512.FusedMultiplyAdd(value, SimdSpans.Load<float, SimdSpans.Whole>(row, 0), a);
            b = Vector512.FusedMultiplyAdd(value, SimdSpans.Load<float, SimdSpans.Whole>(row, SimdSpans.Count), b);
            c = Vector512.FusedMultiplyAdd(value, SimdSpans.Load<float, SimdSpans.Whole>(row, 2 * SimdSpans.Count), c);
            d = Vector512.FusedMultiplyAdd(value, SimdSpans.Load<float, SimdSpans.Whole>(row, 3 * SimdSpans.Count), d);
        }
        SimdSpans.Store<float, SimdSpans.Whole>(into, 0, a);
        SimdSpans.Store<float, SimdSpans.Whole>(into, SimdSpans.Count, b);
        SimdSpans.Store<float, SimdSpans.Whole>(into, 2 * SimdSpans.Count, c);
        SimdSpans.Store<float, SimdSpans.Whole>(into, 3 * SimdSpans.Count, d);
    }
}
