using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>Scores rows in bits by a model, or by the mean over models of several seeds, and compares with the scores of usual rows.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
internal sealed class RowScorer : IRowScorer
{
    private readonly RowScore[] _scores;
    private readonly string[] _names;

    /// <summary>A scorer; the models must live as long.</summary>
    /// <param name="models">One, or more of the same table.</param>
    /// <param name="kind">Kind of score.</param>
    /// <param name="samples">Draws of the code, for elbo and nll.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="cancellationToken">Stops the scoring of held-out rows between two batches.</param>
    /// <exception cref="InvalidInputException">Models of different tables, or one that cannot score so.</exception>
    public RowScorer(
        IReadOnlyList<TrainedModel> models,
        RowScoreKind kind = RowScore.Default,
        int samples = 50,
        int seed = 1,
        CancellationToken cancellationToken = default
    )
    {
        if (models.FirstOrDefault(model => !model.Specification.Schema.Equals(models[0].Specification.Schema)) is { } other)
            throw new InvalidInputException(
                "The models of an ensemble",
                $"must have one table and one split; one is of {models[0].Specification.Schema} of {models[0].Provenance.Data}, another of "
                    + $"{other.Specification.Schema} of {other.Provenance.Data}",
                $"train them with other {OptionNames.Seed} and the same {OptionNames.SplitSeed}",
                OptionNames.Seed
            );
        _scores = [.. models.Select(model => new RowScore(model, kind, samples, seed))];
        _names = [.. Schema.Fields.Select(field => field.Name)];
        var reference = models[0].Reference
            ?? throw new InvalidInputException("The model", "keeps no held-out rows, so nothing says what is usual", "train it again");
        var scored = Score(reference.HeldOut, cancellationToken);
        Usually = new(Schema, reference.Train);
        Usual = Ascending([scored, .. _scores[0].LeavesKeptOut ? [Score(reference.Train, areKept: true, cancellationToken)] : Array.Empty<ScoredRows>()]);
        UsualOfSeries = Schema.Series is null
            ? Usual
            : Ascending([
                SeriesScores.Of(Schema, scored),
                .. _scores[0].AsksNothingOfWeights ? BlockedScores.Of(Schema, reference, TorchSharp.torch.get_num_threads()) : [],
            ]);
    }

    /// <summary>Schema of a row.</summary>
    public TableSchema Schema => _scores[0].Schema;

    /// <summary>Scores of usual rows: of held-out rows and, if the score can leave each out, of kept training rows.</summary>
    public ReferenceScores Usual { get; }

    /// <summary>The combined score; null of another kind.</summary>
    internal CombinedScore? Combined => _scores[0].Combined;

    /// <summary>Usual values of each column's cells.</summary>
    public UsualCells Usually { get; }

    /// <summary>Scores, for a series, of single rows of the held-out part, which are means over windows.</summary>
    public ReferenceScores UsualOfSeries { get; }

    /// <inheritdoc/>
    public ScoredRows Score(TablePart part, CancellationToken cancellationToken) => Score(part.Rows, cancellationToken);

    /// <summary>Scores rows.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public ScoredRows Score(float[] rows, CancellationToken cancellationToken = default) => Score(rows, areKept: false, cancellationToken);

    private ScoredRows Score(float[] rows, bool areKept, CancellationToken cancellationToken)
    {
        var (cells, rest) = _scores[0].Nats(rows, areKept, cancellationToken);
        foreach (var score in _scores.AsSpan(1))
        {
            var (nats, other) = score.Nats(rows, areKept, cancellationToken);
            Add(cells, nats);
            Add(rest, other);
        }
        return ScoredRows.FromNats(_names, rows, cells, rest, _scores.Length);
    }

    private static void Add(float[] sums, float[] nats)
    {
        for (var i = 0; i < sums.Length; i++)
            sums[i] += nats[i];
    }

    private static ReferenceScores Ascending(IEnumerable<ScoredRows> scored) =>
        scored.SelectMany(part => part.Bits).Where(bits => !float.IsNaN(bits)).Order().ToArray() is { Length: > 0 } bits
            ? new(bits)
            : throw new InvalidInputException("The model's held-out rows", "are missing every cell, so nothing says what is usual", "train on more rows");
}
