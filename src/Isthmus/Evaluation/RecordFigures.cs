using Isthmus.Data.Records;
using Isthmus.Evaluation.Samples;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Evaluation;

/// <summary>
/// Evaluation of a kind of record: its figures, its verdict, and the next command. The base class serves kinds that need nothing of their own.
/// </summary>
internal class RecordFigures
{
    private static readonly RecordFigures Plain = new();
    private static readonly Dictionary<RecordKind, RecordFigures> Known = [];

    /// <summary>Registers the figures of a kind.</summary>
    public static void Register(RecordKind kind, RecordFigures figures) => Known.Add(kind, figures);

    /// <summary>Returns the figures for records of a schema.</summary>
    public static RecordFigures Of(DataSchema schema) => Known.GetValueOrDefault(schema.Kind, Plain);

    /// <summary>
    /// True if the bound of a model with a corruption is that of corrupted records, as in training; false if a record lacks more than a corruption removes.
    /// </summary>
    public virtual bool SeesCorrupted => true;

    /// <summary>True if a reconstruction is compared with the mean record, so that records that are all the same are noticed.</summary>
    public virtual bool ExplainsVariance => true;

    /// <summary>
    /// Returns bits a dimension: for a probability, those that a coder would spend; for a density, relative to the unit of x and named so. Null if another
    /// figure takes its place.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="test">The records.</param>
    /// <param name="prefix">Beginning of the key.</param>
    /// <param name="title">Name of the whole quantity.</param>
    /// <param name="nats">The whole, nats a record.</param>
    public virtual Figure? PerDimension(Autoencoder model, Dataset test, string prefix, string title, Estimate nats)
    {
        var bits = InformationUnits.NatsToBits(nats) * (1.0 / test.Schema.Dimension);
        return model.Likelihood.IsDiscrete
            ? new($"{prefix}bits_per_dim", $"{title} per dimension", "bits/dim", bits)
            : new($"{prefix}differential_bits_per_dim", $"{title} per dimension (of a density: relative to the unit of x)", "bits/dim", bits);
    }

    /// <summary>
    /// Returns, for models that are compared with baselines, the model's figures and theirs, the model's first, which replace all others but those of the code;
    /// otherwise empty.
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

    /// <summary>Evaluates the decoder's output for codes: the label that it predicts, or the record.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="test">The records on the model's scale.</param>
    /// <param name="train">The training records as read; null where they are not at hand.</param>
    /// <param name="options">Seed and device.</param>
    public virtual IEnumerable<Figure> OfDecoder(TrainedModel trained, Dataset test, Dataset? train, EvaluationOptions options) =>
        trained.Network.Likelihood is ClassLikelihood
            ? ClassificationFigures.Of(trained.Network, test, options)
            : OfReconstructions(trained.Network, test, options);

    /// <summary>Evaluates the errors of reconstructions.</summary>
    protected virtual IEnumerable<Figure> OfReconstructions(Autoencoder model, Dataset test, EvaluationOptions options) =>
        ReconstructionFigures.Of(model, test, options);

    /// <summary>Compares samples with test records; by default adds a note that it does not.</summary>
    public virtual IReadOnlyList<Figure> OfSamples(
        Autoencoder model,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        Action<string> note,
        CancellationToken cancellationToken
    ) => SampleFigures.LeftOut(options, train is null ? SampleFigures.NoTrainingPictures : "these are no pictures", note);

    /// <summary>Returns the findings that make the verdict, in order; may be empty.</summary>
    public virtual IEnumerable<Finding> Judge(Verdict verdict) => verdict.Findings();

    /// <summary>Returns the reason why a model is not trained yet; null if it may be.</summary>
    public virtual string? Untrained(Verdict verdict) =>
        verdict.Figures.Reconstruction.VarianceExplained is { } explained && explained.Value <= 0 && !verdict.IsMean(explained.Value)
            ? $"reconstructions are no better than the mean {verdict.Noun} (variance explained {Verdict.Text(Math.Round(100 * explained.Value))} %)"
            : null;

    /// <summary>Returns a shortcoming that only models of this kind can have; null if there is none.</summary>
    public virtual Finding? Shortcoming(Verdict verdict) => null;

    /// <summary>Returns the settings that keep a code in use where a training had it ignored.</summary>
    /// <param name="epochs">Epochs of that training.</param>
    public virtual (string Key, string Value)[] InUse(int epochs) => [(ElboObjective.FreeNatsSetting.Key, "0.1"), ("warm-up", $"{Math.Max(1, epochs / 2)}")];

    /// <summary>Returns the next command for a healthy model.</summary>
    public virtual string Next(TrainedModel trained, string path) =>
        $"isthmus encode {ReproducingCommand.Quoted(trained.Provenance.Data)} -m {path} -o codes.csv";
}
