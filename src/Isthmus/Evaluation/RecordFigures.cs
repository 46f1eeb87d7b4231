using Isthmus.Data.Records;
using Isthmus.Evaluation.Samples;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Evaluation;

/// <summary>
/// What an evaluation makes of a kind of record: which figures there are, what they come to, and what to do with such a model.
/// As it stands here, of a kind that needs nothing of its own.
/// </summary>
internal class RecordFigures
{
    private static readonly RecordFigures Plain = new();
    private static readonly Dictionary<RecordKind, RecordFigures> Known = [];

    /// <summary>Makes the figures of a kind known.</summary>
    public static void Register(RecordKind kind, RecordFigures figures) => Known.Add(kind, figures);

    /// <summary>The figures of records of that schema.</summary>
    public static RecordFigures Of(DataSchema schema) => Known.GetValueOrDefault(schema.Kind, Plain);

    /// <summary>What the verdict calls a record.</summary>
    public virtual string Noun(DataSchema schema) => schema.Kind.Noun(schema);

    /// <summary>
    /// Whether the bound of a model with a corruption is that of corrupted records, as in training. Not so where a record lacks more than a corruption takes.
    /// </summary>
    public virtual bool SeesCorrupted => true;

    /// <summary>Whether a reconstruction is held against the mean record, so that records that are all the same are noticed.</summary>
    public virtual bool ExplainsVariance => true;

    /// <summary>
    /// Bits a dimension: of a probability, what a coder would spend; of a density, relative to the unit of x and named so. Null where another figure says it
    /// better.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="test">The records.</param>
    /// <param name="prefix">What the key begins with.</param>
    /// <param name="title">What it is a dimension's share of.</param>
    /// <param name="nats">The whole, nats a record.</param>
    public virtual Figure? PerDimension(Autoencoder model, Dataset test, string prefix, string title, Estimate nats)
    {
        var bits = InformationUnits.NatsToBits(nats) * (1.0 / test.Schema.Dimension);
        return model.Likelihood.IsDiscrete
            ? new($"{prefix}bits_per_dim", $"{title} a dimension", "bits/dim", bits)
            : new($"{prefix}differential_bits_per_dim", $"{title} a dimension (of a density: relative to the unit of x)", "bits/dim", bits);
    }

    /// <summary>
    /// Of models that are judged beside baselines: the model's figures and theirs, its own first, which stand for all others but those of the code; otherwise
    /// empty.
    /// </summary>
    /// <param name="trained">The model.</param>
    /// <param name="test">The records on the model's scale.</param>
    /// <param name="train">The training records as read; null where they are not at hand.</param>
    /// <param name="options">Seed and device.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops early.</param>
    public virtual IReadOnlyList<RankingFigures> Compare(
        TrainedModel trained,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    ) => [];

    /// <summary>What the decoder makes of codes: the label that it predicts, or the record.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="test">The records on the model's scale.</param>
    /// <param name="train">The training records as read; null where they are not at hand.</param>
    /// <param name="options">Seed and device.</param>
    public virtual IEnumerable<Figure> OfDecoder(TrainedModel trained, Dataset test, Dataset? train, EvaluationOptions options) =>
        trained.Network.Likelihood is ClassLikelihood
            ? ClassificationFigures.Of(trained.Network, test, options)
            : OfReconstructions(trained.Network, test, options);

    /// <summary>How near reconstructions come to their records.</summary>
    protected virtual IEnumerable<Figure> OfReconstructions(Autoencoder model, Dataset test, EvaluationOptions options) =>
        ReconstructionFigures.Of(model, test, options);

    /// <summary>How samples compare with test records; by default a note that they do not.</summary>
    public virtual IReadOnlyList<Figure> OfSamples(
        Autoencoder model,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        Action<string> note,
        CancellationToken cancellationToken
    ) => SampleFigures.LeftOut(options, train is null ? SampleFigures.NoTrainingPictures : "these are no pictures", note);

    /// <summary>The findings that make the verdict, the first first; none where nothing is to be said.</summary>
    public virtual IEnumerable<Finding> Judge(Verdict verdict) => verdict.Findings();

    /// <summary>Why a model is not trained yet, in words; null where it may be.</summary>
    public virtual string? Untrained(Verdict verdict) =>
        verdict.Figures.Reconstruction.VarianceExplained is { } explained && explained.Value <= 0 && !verdict.IsMean(explained.Value)
            ? $"reconstructions are no better than the mean {verdict.Noun} (variance explained {Verdict.Text(Math.Round(100 * explained.Value))} %)"
            : null;

    /// <summary>A shortcoming that only models of this kind can have; null where there is none.</summary>
    public virtual Finding? Shortcoming(Verdict verdict) => null;

    /// <summary>The command to type next with a healthy model.</summary>
    public virtual string Next(TrainedModel trained, string path) =>
        $"isthmus encode {ReproducingCommand.Quoted(trained.Provenance.Data)} -m {path} -o codes.csv";
}
