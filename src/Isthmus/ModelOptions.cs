using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Training;

namespace Isthmus;

/// <summary>
/// A model to train: a named model of <see cref="Autoencoders"/>, and where it differs. Members that are null keep the named model's own choice.
/// Immutable; safe to use from several threads.
/// </summary>
/// <example>
/// <code>
/// using var model = Autoencoders.Vae(latent: 20, network: NetworkOptions.Convolutional with { Channels = [32, 64] }).Fit(data, new() { Epochs = 20 });
/// </code>
/// </example>
public sealed record ModelOptions
{
    /// <summary>A named model, by its name on the command line.</summary>
    /// <exception cref="InvalidInputException">There is none of that name; the message names the nearest and all.</exception>
    public ModelOptions(string preset) => Preset = Models.Preset.Named(preset).Name;

    /// <summary>Name of the model that this differs from.</summary>
    public string Preset { get; }

    /// <summary>Numbers in a code, L. Whole, 1 to 1,048,576. Topic models: topics. Default: the named model's.</summary>
    public int? Latent
    {
        get;
        init
        {
            _ = Models.Primitives.Settings.Empty.With(ModelSpecification.Latent, value);
            field = value;
        }
    }

    /// <summary>Change to a record before the encoder sees it in training.</summary>
    public CorruptionOptions? Corruption { get; init; }

    /// <summary>Known facts about a record that encoder and decoder are given.</summary>
    public ConditionOptions? Condition { get; init; }

    /// <summary>Architecture of encoder and decoder.</summary>
    public NetworkOptions? Network { get; init; }

    /// <summary>Form and cost of the code.</summary>
    public BottleneckOptions? Bottleneck { get; init; }

    /// <summary>Distribution of codes p(z), with a Gaussian bottleneck.</summary>
    public PriorOptions? Prior { get; init; }

    /// <summary>Family of distributions of the code given a record q(z|x), with a Gaussian bottleneck.</summary>
    public PosteriorOptions? Posterior { get; init; }

    /// <summary>Distribution of a record given its code p(x|z). Default: by the data.</summary>
    public LikelihoodOptions? Likelihood { get; init; }

    /// <summary>Combination of distortion and rate to the loss.</summary>
    public ObjectiveOptions? Objective { get; init; }

    /// <summary>Extra term of the loss, with the ELBO as objective.</summary>
    public PenaltyOptions? Penalty { get; init; }

    /// <summary>Every choice and setting that differs from the named model, by key as in files and on the command line.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings
    {
        get
        {
            PartOptions?[] parts = [Corruption, Condition, Network, Bottleneck, Prior, Posterior, Likelihood, Objective, Penalty];
            return
            [
                .. Models.Primitives.Settings.Empty.With(ModelSpecification.Latent, Latent).Values,
                .. parts.OfType<PartOptions>().SelectMany(part => part.Values),
            ];
        }
    }

    /// <summary>Trains the model: fitted on Train, the best epoch chosen on Validation; Test is not touched.</summary>
    /// <param name="data">Records in three parts; <c>dataset.Split()</c> makes them.</param>
    /// <param name="options">Epochs, seed, threads, folder and the rest.</param>
    /// <param name="progress">Called a few times a second.</param>
    /// <param name="cancellationToken">Stops between two steps, after a checkpoint where there is a folder.</param>
    /// <exception cref="InvalidInputException">Parts that do not fit the data or each other, or a setting out of range.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public TrainedModel Fit(
        DataSplits data,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => TrainingRun.Train(Preset, data, With(options), progress, cancellationToken).Model;

    /// <summary>
    /// The untrained model for data of a schema, weights drawn by <paramref name="seed"/>: for a training loop of one's own, or a <see
    /// cref="Trainer"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">Parts that do not fit the data or each other.</exception>
    public Autoencoder Build(DataSchema schema, int seed = 1, IReadOnlyList<LabelColumn>? labels = null) =>
        ModelSpecification.Resolve(Preset, schema, With().Values, TrainingSettings.All, labels).Build(seed);

    /// <summary>Returns options of training whose text settings hold this model's choices: for what takes a model by name, such as a sweep.</summary>
    public TrainingOptions With(TrainingOptions? options = null)
    {
        options ??= new();
        return options with { Settings = new Dictionary<string, string>(Models.Primitives.Settings.Empty.Overlay(Settings).Overlay(options.Settings).Values) };
    }
}
