using Isthmus.Data.Images;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Tables;
using Isthmus.Topics;
using Isthmus.Training;

namespace Isthmus.Reporting.Pages;

/// <summary>Content of a run's report, as plain values: no tensor, no model.</summary>
internal sealed record ReportContent
{
    // A page of more small charts is not read to its end.
    private const int MostMaps = 9;

    /// <summary>Name of the run.</summary>
    public required string Name { get; init; }

    /// <summary>Specification of the model, with every setting.</summary>
    public required ModelSpecification Specification { get; init; }

    /// <summary>Page of this kind of record.</summary>
    internal KindPage Kind => KindPage.Of(Specification.Schema);

    /// <summary>Origin of the model.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Evaluation on the test records.</summary>
    public required EvaluationReport Evaluation { get; init; }

    /// <summary>Metrics of each epoch.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>Command that trains the same model again.</summary>
    public required string Command { get; init; }

    /// <summary>Number of records that chose the epoch.</summary>
    public required int ValidationRecords { get; init; }

    /// <summary>True if the rate is a divergence from a prior (then distortion + rate is -ELBO), not a penalty.</summary>
    public required bool IsVariational { get; init; }

    /// <summary>True if the likelihood is a probability, whose bits a coder can spend, not a density.</summary>
    public required bool IsDiscrete { get; init; }

    /// <summary>H(X) of the source, nats, where it is known exactly; otherwise null.</summary>
    public double? SourceEntropyNats { get; init; }

    /// <summary>Schema of a picture; null for tables, which have none.</summary>
    public ImageSchema? Image { get; init; }

    /// <summary>Test pictures and their reconstructions.</summary>
    public IReadOnlyList<ReconstructedPicture> Reconstructions { get; init; } = [];

    /// <summary>Means of p(x|z) for codes z drawn from the prior; empty unless the model is variational.</summary>
    public IReadOnlyList<byte[]> Samples { get; init; } = [];

    /// <summary>One unit of one test record's code changed at a time.</summary>
    public IReadOnlyList<Traversal> Traversals { get; init; } = [];

    /// <summary>Test pictures, noisy and restored; empty unless the model is a denoising one.</summary>
    public IReadOnlyList<DenoisedPicture> Denoised { get; init; } = [];

    /// <summary>Reconstruction of a table, column by column; empty for pictures.</summary>
    public IReadOnlyList<ReconstructedColumn> Columns { get; init; } = [];

    /// <summary>Columns of a model of rows; empty for others.</summary>
    public IReadOnlyList<TableColumnView> TableColumns { get; init; } = [];

    /// <summary>Items of a recommender, and what it recommends to some test users; null for others.</summary>
    public ItemViews? Items { get; init; }

    /// <summary>Scores of the series that a model of windows was trained on; null for others.</summary>
    public ScoredTable? Series { get; init; }

    /// <summary>Topics of a model of documents; null for others.</summary>
    public TopicMap? Topics { get; init; }

    /// <summary>Lines that come back, new ones and those between two, of a model of lines; null for others.</summary>
    public LineViews? Lines { get; init; }

    /// <summary>The test records' codes in the plane: one map for each of several labels, otherwise one.</summary>
    public required IReadOnlyList<LatentMap> Maps { get; init; }

    /// <summary>Number of labels of the test records without a map, as there are too many.</summary>
    public int LabelsWithoutMap { get; init; }

    /// <summary>Computes everything that the evaluation did not.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="run">The trained model and its history.</param>
    /// <param name="data">Data that it was trained on; pictures and codes are of the test records.</param>
    /// <param name="evaluation">Evaluation on the test records.</param>
    /// <param name="seed">Random seed of samples and noise.</param>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's.</exception>
    public static ReportContent Collect(string name, TrainingRun run, DataSplits data, EvaluationReport evaluation, int seed)
    {
        var trained = run.Model;
        var views = new ModelViews(trained, data.Test, seed);
        var content = new ReportContent
        {
            Name = name,
            Specification = trained.Specification,
            Provenance = trained.Provenance,
            Evaluation = evaluation,
            Epochs = run.Epochs,
            Command = ReproducingCommand.Of(trained.Specification, trained.Provenance),
            ValidationRecords = data.Validation.Count,
            IsVariational = views.Model.Bottleneck.IsVariational,
            IsDiscrete = views.Model.Likelihood.IsDiscrete,
            SourceEntropyNats = ShapesSource.EntropyOf(data.Test.Name),
            Maps = views.Model.HasCode ? views.Maps(MostMaps, evaluation) : [],
            LabelsWithoutMap = views.Model.HasCode ? Math.Max(0, data.Test.Labels.Count - MostMaps) : 0,
        };
        return content.Kind.Fill(content, views, evaluation);
    }
}

/// <summary>A picture and its reconstruction, 8-bit planar pixels.</summary>
/// <param name="Original">The test record.</param>
/// <param name="Reconstruction">E[x|z] at the mean of its code.</param>
/// <param name="PsnrDb">PSNR of the reconstruction, dB.</param>
internal sealed record ReconstructedPicture(byte[] Original, byte[] Reconstruction, double PsnrDb);

/// <summary>A picture, its corrupted version and its denoised version, 8-bit planar pixels.</summary>
/// <param name="Clean">The test record; null where only noisy ones are known, and then there is no PSNR.</param>
/// <param name="Noisy">The corrupted record.</param>
/// <param name="Restored">E[x|z] at the corrupted record's code.</param>
/// <param name="NoisyPsnrDb">PSNR of the corrupted record, dB.</param>
/// <param name="RestoredPsnrDb">PSNR of the restored record, dB.</param>
internal sealed record DenoisedPicture(byte[]? Clean, byte[] Noisy, byte[] Restored, double NoisyPsnrDb, double RestoredPsnrDb);

/// <summary>Pictures that differ in one unit of the code.</summary>
/// <param name="Unit">Index of the unit, 0 for the first.</param>
/// <param name="Values">The unit's value in each picture.</param>
/// <param name="Pictures">E[x|z], 8-bit planar pixels.</param>
/// <param name="Change">Last picture less the first, mid-grey for none, on a scale that all traversals share.</param>
internal sealed record Traversal(int Unit, IReadOnlyList<double> Values, IReadOnlyList<byte[]> Pictures, byte[] Change);

/// <summary>Reconstruction of one column, in the column's own unit.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="RootMeanSquaredError">Over the test records.</param>
/// <param name="ShareExplained">1 - mean squared error / variance, over the test records; 1 is perfect, 0 no better than the mean.</param>
/// <param name="Examples">A few test records: the value, and the reconstruction.</param>
internal sealed record ReconstructedColumn(
    string Name,
    double RootMeanSquaredError,
    double ShareExplained,
    IReadOnlyList<(double Value, double Reconstruction)> Examples
);

/// <summary>Topics in the plane.</summary>
/// <param name="Topics">Each topic and where it lies, those of the greatest share first.</param>
/// <param name="VarianceShown">Share of the variance of the square roots of their word distributions that the plane shows.</param>
internal sealed record TopicMap(IReadOnlyList<(DocumentTopic Topic, double X, double Y)> Topics, double VarianceShown);

/// <summary>Codes in the plane.</summary>
/// <param name="Horizontal">Name of the horizontal coordinate.</param>
/// <param name="Vertical">Name of the vertical coordinate.</param>
/// <param name="Points">One a record.</param>
/// <param name="VarianceShown">Share of the codes' variance that the plane shows; 1 where they are shown as they are.</param>
/// <param name="Label">Label that colours the records; null if there is none.</param>
internal sealed record LatentMap(string Horizontal, string Vertical, IReadOnlyList<(double X, double Y)> Points, double VarianceShown, LabelColumn? Label);
