using Isthmus.Information;
using Isthmus.Onnx.Graphs;
using Isthmus.Tables;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// The default score of rows, as <see cref="CombinedScore"/> and <see cref="RowScorer"/> have it: the rarity of a row by the test that finds it rarest, and the
/// part of each column in it. 64-bit where they are 64-bit, and rounded to 32 bits where they round.
/// </summary>
internal sealed class ScoreNodes
{
    private readonly OnnxGraph _graph;
    private OnnxValue _evidence;

    /// <summary>Adds the nodes.</summary>
    /// <param name="cells">The rows.</param>
    /// <param name="kept">The kept training rows, M x D.</param>
    /// <param name="score">The score.</param>
    /// <param name="usual">Scores of usual rows.</param>
    /// <param name="hairs">Rounding of each column of the rows.</param>
    public ScoreNodes(RowCells cells, OnnxValue kept, CombinedScore score, ReferenceScores usual, IReadOnlyList<(double Least, double Share)> hairs)
    {
        _graph = cells.Row.Graph;
        var zero = _graph.Double(0);
        // The distance from the kept rows.
        var density = new DensityNodes(cells, kept, score.Distance.Density, hairs);
        var (parts, rest) = (density.Cells.Cast(OnnxElement.Double), density.Other.Cast(OnnxElement.Double));
        var nats = rest + parts.Sum(-1, keep: true);
        var bits = TailNodes.Bits(nats, score.Distance.Usual, "usual_distances");
        // A kernel narrower than the mean one says nothing against a row.
        var of = nats - rest.Apply("Min", zero);
        var isFar = of.Above(zero);
        var safe = isFar.Choose(of, _graph.Double(1));
        _evidence = isFar.Choose(bits * parts / safe, zero);
        var none = isFar.Choose(bits * rest.Apply("Max", zero) / safe, bits);
        var most = bits;
        if (score.Single.UsualProfile is { } usualProfile)
        {
            var own = RareCellNodes.Profile(cells, score.Single.Cells);
            var profile = TailNodes.Bits(own.Sum(-1, keep: true), usualProfile, "usual_profiles");
            Take(own, profile, 0);
            most = most.Apply("Max", profile);
        }
        var correction = _graph.Double(CombinedScore.Correction);
        var single = RareCellNodes.Bits(cells, score.Single.Cells);
        most = most.Apply("Max", Take(single, single.Greatest(-1).Apply("Max", zero) - correction, CombinedScore.LeastBits / 2));
        if (RarePairNodes.Bits(cells, score.Paired.Pairs, hairs) is var (pairs, rarest))
            most = most.Apply("Max", Take(pairs, TailNodes.Bits(rarest, score.Paired.Usual, "usual_pairs") - correction, 0));
        var whole = none + _evidence.Sum(-1, keep: true);
        var isAny = whole.Above(zero);
        var total = most * _graph.Double(Math.Log(2));
        var unit = isAny.Choose(total / isAny.Choose(whole, _graph.Double(1)), zero);
        var toBits = _graph.Constant(InformationUnits.NatsToBits(1));
        ColumnBits = (unit * _evidence).Cast(OnnxElement.Float) * toBits;
        OtherBits = isAny.Choose(unit * none, total).Cast(OnnxElement.Float) * toBits;
        // A row without any value has no score.
        var isBlank = cells.Row.IsMissing().Cast(OnnxElement.Float).Least(-1).Cast(OnnxElement.Boolean);
        var sum = (OtherBits.Cast(OnnxElement.Double) + ColumnBits.Cast(OnnxElement.Double).Sum(-1, keep: true)).Cast(OnnxElement.Float);
        var nothing = _graph.Constant(double.NaN);
        Bits = isBlank.Choose(nothing, sum);
        var rank = RankNodes.Of(sum.Cast(OnnxElement.Double), [.. usual.Ascending.Select(score => (double)score)], isStrict: true, UsualBits).Rank;
        var count = usual.Ascending.Count + 1.0;
        PValue = isBlank.Choose(nothing, ((_graph.Double(count) - rank.Cast(OnnxElement.Double)) / _graph.Double(count)).Cast(OnnxElement.Float));
    }

    /// <summary>Name of the constant of usual scores.</summary>
    public const string UsualBits = "usual_bits";

    /// <summary>N x 1 scores in bits.</summary>
    public OnnxValue Bits { get; }

    /// <summary>N x 1 p-values.</summary>
    public OnnxValue PValue { get; }

    /// <summary>N x D bits of each column.</summary>
    public OnnxValue ColumnBits { get; }

    /// <summary>N x 1 bits that belong to no column.</summary>
    public OnnxValue OtherBits { get; }

    /// <summary>Adds a test's bits to the evidence, from half the bits on at which the test counts, and returns them, 0 where it does not count.</summary>
    private OnnxValue Take(OnnxValue bits, OnnxValue most, double least)
    {
        var zero = _graph.Double(0);
        var own = bits.Apply("GreaterOrEqual", _graph.Double(least)).Choose(bits, zero);
        var sum = own.Sum(-1, keep: true);
        var counts = most.Apply("GreaterOrEqual", _graph.Double(CombinedScore.LeastBits / 2)).Apply("And", sum.Above(zero));
        _evidence += counts.Choose(most * own / sum.Above(zero).Choose(sum, _graph.Double(1)), zero);
        return most.Apply("GreaterOrEqual", _graph.Double(CombinedScore.LeastBits)).Choose(most, zero);
    }
}
