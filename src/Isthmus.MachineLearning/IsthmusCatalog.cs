using Isthmus.Training;
using Microsoft.ML;

namespace Isthmus.MachineLearning;

/// <summary>Trainers of Isthmus in a context: <c>mlContext.Isthmus()</c>. Safe to use from several threads, as far as the context is.</summary>
public sealed class IsthmusCatalog
{
    private readonly TransformsCatalog _transforms;

    internal IsthmusCatalog(TransformsCatalog transforms) => _transforms = transforms;

    /// <summary>A variational autoencoder of rows: anomalies, missing values, codes.</summary>
    /// <param name="options">Output, columns, epochs and the rest. Default: codes of all columns.</param>
    public IsthmusTrainer TableVae(IsthmusTrainerOptions? options = null) => Rows(Autoencoders.TableVae(), options);

    /// <summary>A denoising autoencoder of rows: missing values, codes.</summary>
    /// <param name="options">Output, columns, epochs and the rest. Default: codes of all columns.</param>
    public IsthmusTrainer TableAe(IsthmusTrainerOptions? options = null) => Rows(Autoencoders.TableAe(), options);

    /// <summary>Any model of rows.</summary>
    /// <param name="model">The model: <c>Autoencoders.TableVae(latent: 8)</c>.</param>
    /// <param name="options">Output, columns, epochs and the rest. Default: codes of all columns.</param>
    public IsthmusTrainer Rows(ModelOptions model, IsthmusTrainerOptions? options = null) => new(_transforms, model, options ?? new(), null);

    /// <summary>Any model of vectors; its output is codes.</summary>
    /// <param name="model">The model: <c>Autoencoders.Vae(latent: 8)</c>.</param>
    /// <param name="featureColumnName">A column of vectors of Single or Double. Default Features.</param>
    /// <param name="options">Name of the codes, epochs and the rest.</param>
    /// <exception cref="InvalidInputException">An output other than codes, which is of rows.</exception>
    public IsthmusTrainer Vectors(ModelOptions model, string featureColumnName = "Features", IsthmusTrainerOptions? options = null) =>
        new(_transforms, model, options ?? new(), featureColumnName);
}

/// <summary>Entry to the trainers of Isthmus.</summary>
public static class IsthmusContext
{
    /// <summary>The trainers of Isthmus.</summary>
    /// <param name="context">The context of the pipeline.</param>
    public static IsthmusCatalog Isthmus(this MLContext context) => new(context.Transforms);
}

/// <summary>Output of a trained model in a pipeline.</summary>
public enum IsthmusOutput
{
    /// <summary>A column of codes, as <see cref="IsthmusTransforms.IsthmusEncode(TransformsCatalog, string, Models.TrainedModel)"/> makes it.</summary>
    Codes,

    /// <summary>
    /// Columns Score, PredictedLabel, PValue and ColumnBits, as
    /// <see cref="IsthmusTransforms.IsthmusAnomaly(TransformsCatalog, Models.TrainedModel, string, string, string, string)"/> makes them.
    /// </summary>
    Anomalies,

    /// <summary>
    /// The columns without missing values, as <see cref="IsthmusTransforms.IsthmusImpute(TransformsCatalog, Models.TrainedModel)"/> makes them.
    /// </summary>
    FilledRows,
}

/// <summary>Options of training in a pipeline. Immutable; safe to use from several threads.</summary>
public sealed record IsthmusTrainerOptions
{
    /// <summary>Output of the trained model. Default: codes.</summary>
    public IsthmusOutput Output { get; init; } = IsthmusOutput.Codes;

    /// <summary>Name of the column of codes. Default Codes.</summary>
    public string OutputColumnName { get; init; } = "Codes";

    /// <summary>The columns of rows that are taken, and their kinds. Default: all of the view, as their types say.</summary>
    public RowOptions Rows { get; init; } = new();

    /// <summary>Epochs, seed, threads and the rest. Default: the model's own.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Random seed of the choice of the 10 % of the records that choose the epoch, and of the 10 % that training leaves out. Default 1.</summary>
    public int SplitSeed { get; init; } = 1;

    /// <summary>Called a few times a second. Default: nothing is.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops training between two steps. Default: never.</summary>
    public CancellationToken CancellationToken { get; init; }
}
