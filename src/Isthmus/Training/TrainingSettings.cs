using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;

namespace Isthmus.Training;

/// <summary>The settings of the training loop, the same for every model.</summary>
public static class TrainingSettings
{
    private const int MostShares = 4096;

    /// <summary>Epoch limit.</summary>
    public static readonly Setting<int> Epochs = SettingKinds.Whole(
        "epochs",
        0,
        "maximum passes over the training records; 0: 60, or on small data as many as make 5,000 steps",
        0
    );

    /// <summary>Records a step.</summary>
    public static readonly Setting<int> BatchSize = SettingKinds.Whole(
        "batch-size",
        0,
        "records in a step; 0: 128, or on small data an eighth of the records",
        0
    );

    /// <summary>Optimiser.</summary>
    public static readonly Setting<string> Optimiser = SettingKinds.Choice("optimizer", "adamw", "optimisation algorithm", "adam", "adamw", "sgd");

    /// <summary>Learning rate.</summary>
    public static readonly Setting<double> LearningRate = SettingKinds.Number("learning-rate", 1e-3, "step size, before the schedule", least: 0);

    /// <summary>Number of steps until the full learning rate.</summary>
    public static readonly Setting<int> LearningRateWarmUp = SettingKinds.Whole(
        "learning-rate-warm-up",
        200,
        "steps over which the step size grows from 0; at most a tenth of all steps",
        0
    );

    /// <summary>Schedule of the learning rate.</summary>
    public static readonly Setting<string> Schedule = SettingKinds.Choice(
        "schedule",
        "cosine",
        "course of the step size: constant, cosine to zero at the epoch limit, or halved on a plateau of the validation loss",
        "constant",
        "cosine",
        "plateau"
    );

    /// <summary>Epochs on a plateau before the learning rate is halved.</summary>
    public static readonly Setting<int> PlateauEpochs = SettingKinds.Whole(
        "plateau-epochs",
        5,
        "epochs without improvement before schedule=plateau halves the step size",
        1
    );

    /// <summary>Weight decay.</summary>
    public static readonly Setting<double> WeightDecay = SettingKinds.Number(
        "weight-decay",
        0.1,
        "decay of the weights of layers: decoupled for adamw, L2 otherwise",
        least: 0
    );

    /// <summary>Momentum of SGD.</summary>
    public static readonly Setting<double> Momentum = SettingKinds.Number("momentum", 0.9, "momentum of sgd", least: 0, most: 1);

    /// <summary>Decay of Adam's mean (beta1).</summary>
    public static readonly Setting<double> Beta1 = SettingKinds.Number(
        "beta1",
        0.9,
        "decay of the mean of gradients in adam and adamw",
        least: 0,
        most: 0.9999
    );

    /// <summary>Gradient clipping.</summary>
    public static readonly Setting<double> Clip = SettingKinds.Number("clip", 0, "maximum Euclidean norm of the gradient; 0: unlimited", least: 0);

    /// <summary>Gradient clipping against spikes.</summary>
    public static readonly Setting<double> ClipSpikes = SettingKinds.Number(
        "clip-spikes",
        0,
        "maximum norm of the gradient in moving means of the norms before it, against a single batch that throws the weights far; 0: unlimited",
        least: 0
    );

    /// <summary>Weight averaging.</summary>
    public static readonly Setting<double> Average = SettingKinds.Number(
        "average",
        0.999,
        "decay of the exponential moving average of weights, which is validated and kept; 0: none",
        least: 0,
        most: 0.999999
    );

    /// <summary>Precision of matrix products.</summary>
    public static readonly Setting<string> Precision = SettingKinds.Choice(
        "precision",
        "auto",
        "arithmetic of matrix products in training; auto: bfloat16 where the processor multiplies it in hardware and records are not real numbers, "
            + "whose fit 8 bits of mantissa would limit",
        "auto",
        "float32",
        "bfloat16"
    );

    /// <summary>Epochs of the encoder before each of the decoder, for alternating training.</summary>
    public static readonly Setting<int> EncoderEpochs = SettingKinds.Whole(
        "encoder-epochs",
        0,
        "epochs that train the encoder alone before each epoch that trains the decoder alone; 0: both together",
        0
    );

    /// <summary>Steps of the encoder before each of the decoder, for aggressive training of the encoder.</summary>
    public static readonly Setting<int> EncoderSteps = SettingKinds.Whole(
        "encoder-steps",
        0,
        "steps that train the encoder alone before each step that trains the decoder alone, until the rate of the validation records no longer grows, against "
            + "a code that is not used; 0: both together",
        0
    );

    /// <summary>Division of work among threads.</summary>
    public static readonly Setting<string> Parallel = SettingKinds.Choice(
        "parallel",
        "auto",
        "work that threads share: the records of a batch, each thread a slice, or each operation in turn; auto: records, where these do not depend on "
            + "each other and there are 16 a thread",
        "auto",
        "records",
        "operations"
    );

    /// <summary>Fixed division of a batch.</summary>
    public static readonly Setting<int> Shares = SettingKinds.Whole(
        "shares",
        0,
        "parts of a batch whose gradients are computed apart and summed in order, so that the weights do not depend on threads and processes; 0: one a thread, "
            + "and one a thread of every process where several train together",
        0,
        MostShares
    );

    /// <summary>Early stopping.</summary>
    public static readonly Setting<int> Patience = SettingKinds.Whole(
        "patience",
        0,
        "epochs without improvement on the validation records before training stops; 0: a third of the limit",
        0
    );

    /// <summary>
    /// Returns the meaning of "auto" here. bfloat16 has 8 bits of mantissa: enough for bits, 256 levels and counts (docs/benchmarks/performance.md), and for
    /// real columns a lower bound on the deviation that can be learned, 2^-9 of a value.
    /// </summary>
    internal static string AutomaticPrecision(DataSchema schema, TorchSharp.torch.Device? device) =>
        device is null or { type: TorchSharp.DeviceType.CPU } && schema.Kind.AllowsHalfPrecision && ProcessorSupport.MultipliesBfloat16
            ? "bfloat16"
            : "float32";

    /// <summary>Returns the specification with "auto" resolved, so that a run states its precision and resumes in it.</summary>
    internal static ModelSpecification WithPrecision(ModelSpecification specification, TorchSharp.torch.Device? device) =>
        specification.IsClosedForm || specification.Settings.Get(Precision) != "auto"
            ? specification
            : specification with
            {
                Settings = specification.Settings.Overlay([new(Precision.Key, AutomaticPrecision(specification.Schema, device))]),
            };

    /// <summary>The settings of training alone that options say, for a model whose parts are there already, "auto" decided.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    internal static Settings Of(TrainingOptions options, DataSchema schema)
    {
        var known = All.Append(Models.Objectives.Discriminator.LearningRate).ToArray();
        var settings = Settings.Empty.Overlay(options.Values.Where(value => known.Any(setting => setting.Key == value.Key))).Resolve(known);
        return settings.Get(Precision) == "auto" ? settings.With(Precision, AutomaticPrecision(schema, options.Device)) : settings;
    }

    /// <summary>All settings of the training loop.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Epochs,
        BatchSize,
        Optimiser,
        LearningRate,
        LearningRateWarmUp,
        Schedule,
        PlateauEpochs,
        WeightDecay,
        Momentum,
        Beta1,
        Clip,
        ClipSpikes,
        Average,
        Patience,
        Precision,
        EncoderEpochs,
        EncoderSteps,
        Parallel,
        Shares,
    ];
}
