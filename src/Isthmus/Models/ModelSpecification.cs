using System.Globalization;
using Isthmus.Data;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;

namespace Isthmus.Models;

/// <summary>
/// Everything that says what a model is, weights apart: enough to build it again. All settings are resolved, so that a
/// later change of a default does not change an old model.
/// </summary>
/// <param name="Preset">The preset it was made from.</param>
/// <param name="Schema">What one record is.</param>
/// <param name="Settings">Every setting of its parts and of its training, with its value.</param>
public sealed record ModelSpecification(string Preset, DataSchema Schema, Settings Settings)
{
    /// <summary>Which network.</summary>
    public static readonly Setting<string> Net = SettingKinds.Choice("net", "mlp", "encoder and decoder", Parts.Networks.Select(p => p.Name));

    /// <summary>How many numbers a code has.</summary>
    public static readonly Setting<int> Latent = SettingKinds.Whole("latent", 32, "numbers in a code", 1, 1 << 20);

    /// <summary>Which bottleneck.</summary>
    public static readonly Setting<string> Bottleneck = SettingKinds.Choice("bottleneck", "deterministic", "what charges for the code", Parts.Bottlenecks.Select(p => p.Name));

    /// <summary>Which likelihood.</summary>
    public static readonly Setting<string> Likelihood = SettingKinds.Choice("likelihood", "auto", "what the decoder's output means; auto: by the data", Parts.Likelihoods.Select(p => p.Name).Prepend("auto"));

    /// <summary>Which corruption.</summary>
    public static readonly Setting<string> Corruption = SettingKinds.Choice("corruption", "none", "what is done to a record before the encoder sees it", Parts.Corruptions.Select(p => p.Name));

    /// <summary>Settings &lt; preset &lt; <paramref name="overrides"/>, for data of <paramref name="schema"/>, checked against the parts they choose.</summary>
    /// <param name="preset">A preset's name.</param>
    /// <param name="schema">What one record is.</param>
    /// <param name="overrides">What the user set.</param>
    /// <param name="trainingSettings">The settings of the training loop, resolved with the model's.</param>
    /// <exception cref="InvalidInputException">Unknown preset, part or key; a value out of range; parts that do not fit the data or each other.</exception>
    public static ModelSpecification Resolve(string preset, DataSchema schema, IEnumerable<KeyValuePair<string, string>> overrides, IReadOnlyList<Setting> trainingSettings)
    {
        var chosen = Settings.Empty.Overlay(Models.Preset.Named(preset).For(schema)).Overlay(overrides);
        if (chosen.Get(Likelihood) == "auto")
            chosen = chosen.Overlay([new(Likelihood.Key, LikelihoodFor(schema))]);
        List<Setting> known =
        [
            Net, Latent, Bottleneck, Likelihood, Corruption,
            .. Parts.Networks.Named("net", chosen.Get(Net)).Settings,
            .. Parts.Bottlenecks.Named("bottleneck", chosen.Get(Bottleneck)).Settings,
            .. Parts.Likelihoods.Named("likelihood", chosen.Get(Likelihood)).Settings,
            .. Parts.Corruptions.Named("corruption", chosen.Get(Corruption)).Settings,
            .. ElboObjective.Settings,
            .. trainingSettings,
        ];
        var settings = new Settings(chosen.Values.AddRange(DefaultsFor(schema, chosen).Where(value => known.Any(setting => setting.Key == value.Key) && !chosen.Values.ContainsKey(value.Key)))).Resolve(known);
        var latent = settings.Get(Latent);
        // A free code as wide as the record can copy it; a Gaussian one is charged for what it carries, and a sparse one is meant to be wide.
        if (!IsSolved(settings) && settings.Get(Bottleneck) == "deterministic" && settings.Get(Corruption) == "none" && latent >= schema.Dimension)
            throw new InvalidInputException($"latent={latent}: a free code as large as the record ({schema.Dimension} numbers) learns to copy; give --latent below {schema.Dimension}, or --model sparse or vae.");
        return new(preset, schema, settings);
    }

    /// <summary>Whether the weights have a closed form, and are not trained by gradients.</summary>
    public bool IsClosedForm => IsSolved(Settings);

    private static bool IsSolved(Settings settings) => Parts.Networks.Named("net", settings.Get(Net)).IsClosedForm;

    /// <summary>
    /// Columns are standardised: the first guess of their deviation given z is the one they have without it. The code of a
    /// closed form is the record itself.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> DefaultsFor(DataSchema schema, Settings chosen) =>
        IsSolved(chosen) ? [new(Latent.Key, schema.Dimension.ToString(CultureInfo.InvariantCulture))] : schema is VectorSchema ? [new("sigma", "1")] : [];

    /// <summary>What is known of a binary pixel is one bit; of an 8-bit pixel, one of 256 levels in order; of a column, a real number; of counts, draws from one softmax; of a row, what each column is.</summary>
    internal static string LikelihoodFor(DataSchema schema) => schema switch
    {
        ImageSchema { Levels: 2 } => "bernoulli",
        ImageSchema => "discretised-logistic",
        CountSchema => "multinomial",
        TableSchema => "mixed",
        _ => "gaussian",
    };

    /// <summary>Names and shapes of the model's weights and running figures, found without taking memory for them.</summary>
    internal IReadOnlyDictionary<string, long[]> Shapes()
    {
        Tensors.TensorLibrary.EnsureLoaded();
        var usual = TorchSharp.torch.get_default_device();
        TorchSharp.torch.set_default_device(TorchSharp.torch.META);
        try
        {
            using var model = Build(seed: 0);
            return model.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.shape, StringComparer.Ordinal);
        }
        finally
        {
            TorchSharp.torch.set_default_device(usual);
        }
    }

    /// <summary>Builds the model, weights drawn from torch's generator by <paramref name="seed"/>.</summary>
    public Autoencoder Build(int seed)
    {
        Tensors.TensorLibrary.EnsureLoaded();
        TorchSharp.torch.manual_seed(seed);
        var context = new PartContext(Schema, Settings.Get(Latent), Settings);
        var bottleneck = Parts.Bottlenecks.Named("bottleneck", Settings.Get(Bottleneck)).Create(context);
        var likelihood = Parts.Likelihoods.Named("likelihood", Settings.Get(Likelihood)).Create(context);
        var network = Parts.Networks.Named("net", Settings.Get(Net)).Create(context)(new NetworkContext(context, bottleneck.HeadWidth, likelihood.ParametersPerDimension, likelihood.ParameterWidth));
        var corruption = Parts.Corruptions.Named("corruption", Settings.Get(Corruption)).Create(context);
        return new Autoencoder(corruption, network, bottleneck, likelihood, ElboObjective.Create(Settings));
    }
}
