using System.Runtime.InteropServices;
using Isthmus.Data.Records;

namespace Isthmus.Lines;

/// <summary>
/// Tokens from the two before them by counts (Witten and Bell 1991): with c the counts of training lines and T the number of different tokens after a context,
/// <code>p(w | u v) = (c(u v w) + T(u v) p(w | v)) / (c(u v) + T(u v)),</code>
/// and so on down to 1 / V. A probability over lines, and a baseline for models that learn. Immutable; safe to use from several threads.
/// </summary>
internal sealed class TrigramModel
{
    private readonly int _tokens;

    // By context and token: contexts of two, of one and of no token before it.
    private readonly Dictionary<(int, int, int), int>[] _counts =
    [
        [],
        [],
        [],
    ];
    private readonly Dictionary<(int, int), (int Sum, int Different)>[] _contexts =
    [
        [],
        [],
        [],
    ];

    /// <summary>Counts the tokens of training lines.</summary>
    public TrigramModel(Dataset train, int tokens)
    {
        _tokens = tokens;
        for (var record = 0; record < train.Count; record++)
            Add(train.Tokens(record));
    }

    /// <summary>Returns -ln p of each token of a line, nats.</summary>
    public double[] Nats(ReadOnlySpan<int> line)
    {
        var nats = new double[line.Length];
        for (var (i, u, v) = (0, 0, 0); i < line.Length; (i, u, v) = (i + 1, v, line[i]))
            nats[i] = -Math.Log(Probability(u, v, line[i]));
        return nats;
    }

    private void Add(ReadOnlySpan<int> line)
    {
        for (var (i, u, v) = (0, 0, 0); i < line.Length; (i, u, v) = (i + 1, v, line[i]))
            for (var order = 0; order < 3; order++)
            {
                var (first, second) = Context(order, u, v);
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts[order], (first, second, line[i]), out _);
                ref var context = ref CollectionsMarshal.GetValueRefOrAddDefault(_contexts[order], (first, second), out _);
                context = (context.Sum + 1, context.Different + (count == 0 ? 1 : 0));
                count++;
            }
    }

    private double Probability(int u, int v, int token)
    {
        var p = 1.0 / _tokens;
        for (var order = 2; order >= 0; order--)
        {
            var (first, second) = Context(order, u, v);
            if (!_contexts[order].TryGetValue((first, second), out var context))
                break;
            p = (_counts[order].GetValueOrDefault((first, second, token)) + context.Different * p) / (context.Sum + context.Different);
        }
        return p;
    }

    // Order 0 knows both tokens before, order 1 one, order 2 none; -1 is a place that is not looked at.
    private static (int, int) Context(int order, int u, int v) =>
        order switch
        {
            0 => (u, v),
            1 => (-1, v),
            _ => (-1, -1),
        };
}
