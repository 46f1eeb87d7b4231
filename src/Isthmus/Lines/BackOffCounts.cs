using System.Numerics;
using System.Runtime.InteropServices;
using Isthmus.Data.Records;

namespace Isthmus.Lines;

/// <summary>
/// Symbols of sequences from the k before them by counts with back-off (Witten and Bell 1991): with c the counts of the sequences learnt from and T the number
/// of different symbols after a context,
/// <code>p(w | u v) = (c(u v w) + T(u v) p(w | v)) / (c(u v) + T(u v)),</code>
/// and so on down to 1 / V. A probability over sequences. Reading is for one thread at a time.
/// </summary>
/// <param name="order">Symbols in the longest sequence counted, k + 1.</param>
/// <param name="symbols">V: each symbol that may come, known or not.</param>
internal sealed class BackOffCounts(int order, int symbols)
{
    // Contexts and followers by 64 bits of hash: of a billion contexts two would meet with a probability of 3 %.
    private readonly Dictionary<ulong, int> _contexts = [],
        _places = [];
    private readonly List<Context> _known = [];
    private readonly List<Follower> _followers = [];
    private readonly Dictionary<int, (double First, double Second)> _moments = [];

    private record struct Context(int Sum, int Different, int Last);

    private record struct Follower(int Symbol, int Times, int Before);

    /// <summary>Returns the counts of the tokens of lines.</summary>
    public static BackOffCounts Of(Dataset lines, int order, int tokens)
    {
        var counts = new BackOffCounts(order, tokens);
        for (var record = 0; record < lines.Count; record++)
            counts.Add(lines.Tokens(record));
        return counts;
    }

    /// <summary>Counts a sequence.</summary>
    /// <param name="line">Symbols other than 0.</param>
    /// <param name="times">How often it occurred.</param>
    public void Add(ReadOnlySpan<int> line, int times = 1)
    {
        for (var i = 0; i < line.Length; i++)
            AddLast(line[..(i + 1)], times);
    }

    /// <summary>Counts the last symbol of a sequence after those before it.</summary>
    public void AddLast(ReadOnlySpan<int> line, int times = 1)
    {
        var (at, hash) = (line.Length - 1, 0UL);
        for (var k = 0; k < order; k++)
        {
            hash = Longer(hash, line, at, k);
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_contexts, hash, out var isKnown);
            if (!isKnown)
            {
                number = _known.Count;
                _known.Add(new(0, 0, -1));
            }
            ref var context = ref CollectionsMarshal.AsSpan(_known)[number];
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, Mixed(hash, line[at]), out var isThere);
            if (!isThere)
            {
                place = _followers.Count;
                _followers.Add(new(line[at], 0, context.Last));
                (context.Last, context.Different) = (place, context.Different + 1);
            }
            context.Sum += times;
            CollectionsMarshal.AsSpan(_followers)[place].Times += times;
        }
    }

    /// <summary>Returns -ln p of each symbol of a sequence, nats.</summary>
    public double[] Nats(ReadOnlySpan<int> line)
    {
        var nats = new double[line.Length];
        for (var i = 0; i < line.Length; i++)
            nats[i] = -Math.Log(Probability(line, i, order, line[i]));
        return nats;
    }

    /// <summary>
    /// Returns the sums over the places of a sequence of the mean and of the variance of -ln p(w | those before) where w is drawn from p, nats and nats²:
    /// what a sequence with these beginnings costs.
    /// </summary>
    /// <param name="line">The sequence.</param>
    /// <param name="from">First place to sum over; those before it are known.</param>
    public (double Mean, double Variance) Expected(ReadOnlySpan<int> line, int from = 0)
    {
        var (mean, variance) = (0.0, 0.0);
        for (var i = from; i < line.Length; i++)
        {
            var (first, second) = Moments(line, i);
            mean -= first;
            variance += Math.Max(0, second - first * first);
        }
        return (mean, variance);
    }

    private double Probability(ReadOnlySpan<int> line, int at, int longest, int symbol)
    {
        var (p, hash) = (1.0 / symbols, 0UL);
        for (var k = 0; k < longest; k++)
        {
            hash = Longer(hash, line, at, k);
            if (!_contexts.TryGetValue(hash, out var number))
                break;
            var context = _known[number];
            var times = _places.TryGetValue(Mixed(hash, symbol), out var place) ? _followers[place].Times : 0;
            p = (times + context.Different * p) / (context.Sum + context.Different);
        }
        return p;
    }

    /// <summary>Returns the sums over all symbols of p ln p and p ln² p after the symbols before a place.</summary>
    private (double First, double Second) Moments(ReadOnlySpan<int> line, int at)
    {
        var (all, hash) = ((First: -Math.Log(symbols), Second: Math.Log(symbols) * Math.Log(symbols)), 0UL);
        for (var k = 0; k < order; k++)
        {
            hash = Longer(hash, line, at, k);
            if (!_contexts.TryGetValue(hash, out var number))
                break;
            if (!_moments.TryGetValue(number, out var own))
                _moments[number] = own = Moments(_known[number], all, line, at, k);
            all = own;
        }
        return all;
    }

    // Of those that never followed, p is a part of what it is in the shorter context: their sums are those of all there less those of the ones that did.
    private (double First, double Second) Moments(Context context, (double First, double Second) all, ReadOnlySpan<int> line, int at, int k)
    {
        var (first, second, known) = (0.0, 0.0, 0.0);
        for (var place = context.Last; place >= 0; place = _followers[place].Before)
        {
            var shorter = Probability(line, at, k, _followers[place].Symbol);
            var p = (_followers[place].Times + context.Different * shorter) / (context.Sum + context.Different);
            var (log, shorterLog) = (Math.Log(p), Math.Log(shorter));
            first += p * log;
            second += p * log * log;
            known += shorter;
            all = (all.First - shorter * shorterLog, all.Second - shorter * shorterLog * shorterLog);
        }
        var part = context.Different / (double)(context.Sum + context.Different);
        var logPart = Math.Log(part);
        var rest = Math.Max(0, 1 - known);
        return (first + part * (logPart * rest + all.First), second + part * (logPart * logPart * rest + 2 * logPart * all.First + all.Second));
    }

    // The context of k symbols from that of k - 1: the nearest first; 0 before the beginning.
    private static ulong Longer(ulong hash, ReadOnlySpan<int> line, int at, int k) => k == 0 ? 0x9E3779B97F4A7C15 : Mixed(hash, at - k >= 0 ? line[at - k] : 0);

    private static ulong Mixed(ulong hash, int symbol)
    {
        var mixed = (BitOperations.RotateLeft(hash, 23) ^ (uint)symbol) * 0xD6E8FEB86659FD93;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        return mixed ^ (mixed >> 29);
    }
}
