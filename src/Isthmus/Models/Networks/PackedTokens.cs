using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Tokens of M lines without the places after their ends: first the first token of every line, the longest lines first, then the second of those that have one,
/// and so on. No arithmetic is spent on what is not there.
/// </summary>
internal sealed class PackedTokens
{
    private PackedTokens(int[] order, int[] counts, long[] tokens, long[] rows) => (Order, Counts, Tokens, Rows) = (order, counts, tokens, rows);

    /// <summary>Indices of the lines, the longest first.</summary>
    public int[] Order { get; }

    /// <summary>Lines that have a token at each step.</summary>
    public int[] Counts { get; }

    /// <summary>The tokens, P.</summary>
    public long[] Tokens { get; }

    /// <summary>Place of each token's line in <see cref="Order"/>, P.</summary>
    public long[] Rows { get; }

    /// <summary>Number of lines, M.</summary>
    public int Lines => Order.Length;

    /// <summary>Returns the token before each, P: 0 at the first step.</summary>
    public long[] Before()
    {
        var before = new long[Tokens.Length];
        for (int step = 1, at = 0; step < Counts.Length; step++)
        {
            var next = at + Counts[step - 1];
            Array.Copy(Tokens, at, before, next, Counts[step]);
            at = next;
        }
        return before;
    }

    /// <summary>Returns the place of each token in a matrix of the lines, so many places a line: row by row, P.</summary>
    public long[] Places(int width)
    {
        var places = new long[Tokens.Length];
        for (int step = 0, at = 0; step < Counts.Length; step++)
            for (var row = 0; row < Counts[step]; row++, at++)
                places[at] = (long)row * width + step;
        return places;
    }

    /// <summary>Returns the place among all of the last token of each line, M, -1 for a line of none.</summary>
    public long[] Last()
    {
        var last = new long[Lines];
        Array.Fill(last, -1);
        for (int step = 0, at = 0; step < Counts.Length; at += Counts[step], step++)
            for (var row = 0; row < Counts[step]; row++)
                last[row] = at + row;
        return last;
    }

    /// <summary>Packs lines.</summary>
    /// <param name="x">Lines, M x T: tokens, then 0.</param>
    /// <param name="reversed">True to take the tokens of each line from its last to its first.</param>
    public static PackedTokens Of(Tensor x, bool reversed = false)
    {
        using var scope = NewDisposeScope();
        var own = x.detach().cpu().to(ScalarType.Float32).contiguous();
        var (lines, width) = ((int)own.shape[0], (int)own.shape[1]);
        ReadOnlySpan<float> values = lines == 0 ? [] : TensorMemory.Of<float>(own);
        var (lengths, order) = (new int[lines], new int[lines]);
        for (var line = 0; line < lines; line++)
        {
            var end = values.Slice(line * width, width).IndexOf(0f);
            (lengths[line], order[line]) = (end < 0 ? width : end, line);
        }
        // Of equals the first: the order is the same everywhere.
        order = [.. order.OrderByDescending(line => lengths[line])];
        var counts = new int[lines == 0 ? 0 : lengths[order[0]]];
        foreach (var length in lengths)
            for (var step = 0; step < length; step++)
                counts[step]++;
        var (tokens, rows) = (new long[lengths.Sum()], new long[lengths.Sum()]);
        for (int step = 0, at = 0; step < counts.Length; step++)
            for (var row = 0; row < counts[step]; row++, at++)
            {
                var line = order[row];
                (tokens[at], rows[at]) = ((long)values[line * width + (reversed ? lengths[line] - 1 - step : step)], row);
            }
        return new(order, counts, tokens, rows);
    }

    /// <summary>
    /// Returns the ends of runs of lines, each of no more than so many tokens unless it is one line: what is computed without gradients need not be held at
    /// once.
    /// </summary>
    public static IEnumerable<(long First, long Count)> Runs(Tensor x, int tokens)
    {
        using var counted = x.ne(zeros_like(x)).sum(-1).cpu();
        var lengths = counted.data<long>().ToArray();
        var first = 0;
        while (first < lengths.Length)
        {
            var (count, sum) = (1, lengths[first]);
            while (first + count < lengths.Length && sum + lengths[first + count] <= tokens)
                sum += lengths[first + count++];
            yield return (first, count);
            first += count;
        }
    }
}
