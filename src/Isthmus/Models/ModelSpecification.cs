using System.Globalization;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Conditions;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;

namespace Isthmus.Models;

/// <summary>
/// Complete description of a model without its weights: enough to build it again. All settings are resolved, so that a later change of a default does not
/// change an old model.
/// </summary>
/// <param name="Preset">The preset it was made from.</param>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Settings">Every setting of its parts and of its training, with its value.</param>
public sealed record ModelSpecification(string Preset, DataSchema Schema, Settings Settings)
{
    /// <summary>Numbers in a code.</summary>
    public static readonly Setting<int> Latent = SettingKinds.Whole("latent", 32, "numbers in a code", 1, 1 << 20);

    /// <summary>Choice of the network.</summary>
    public static readonly Setting<string> Net = Parts.Networks.Choice;

    /// <summary>Choice of the bottleneck.</summary>
    public static readonly Setting<string> Bottleneck = Parts.Bottlenecks.Choice;

    /// <summary>Choice of the prior, where the bottleneck has one.</summary>
    public static readonly Setting<string> Prior = Parts.Priors.Choice;

    /// <summary>Choice of the family of posteriors, where the bottleneck takes one.</summary>
    public static readonly Setting<string> Posterior = Parts.Posteriors.Choice;

    /// <summary>Choice of the condition.</summary>
    public static readonly Setting<string> Condition = Parts.Conditions.Choice;

    /// <summary>Choice of the likelihood.</summary>
    public static readonly Setting<string> Likelihood = Parts.Likelihoods.Choice;

    /// <summary>Choice of the objective.</summary>
    public static readonly Setting<string> Objective = Parts.Objectives.Choice;

    /// <summary>Choice of the penalty.</summary>
    public static readonly Setting<string> Penalty = Parts.Penalties.Choice;

    /// <summary>Choice of the corruption.</summary>
    public static readonly Setting<string> Corruption = Parts.Corruptions.Choice;

    /// <summary>
    /// Resolves defaults &lt; preset &lt; <paramref name="overrides"/>, for data of <paramref name="schema"/>, checked against the parts they choose.
    /// </summary>
    /// <param name="preset">A preset's name.</param>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="overrides">Settings of the user.</param>
    /// <param name="trainingSettings">The settings of the training loop, resolved with the model's.</param>
    /// <param name="labels">Labels of the training records, for models with a label as condition or that predict one.</param>
    /// <exception cref="InvalidInputException">Unknown preset, part or key; a value out of range; parts that do not fit the data or each other.</exception>
    public static ModelSpecification Resolve(
        string preset,
        DataSchema schema,
        IEnumerable<KeyValuePair<string, string>> overrides,
        IReadOnlyList<Setting> trainingSettings,
        IReadOnlyList<LabelColumn>? labels = null
    )
    {
        var said = overrides.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var ofPreset = Models.Preset.Named(preset).For(schema);
        var chosen = Settings.Empty.Overlay(ofPreset).Overlay(said);
        if (chosen.Get(Likelihood) == "auto")
            said[Likelihood.Key] = schema.Kind.Likelihood(schema);
        chosen = chosen.Overlay(said);
        Setting[] known =
        [
            Latent,
            .. Parts.All.Select(kind => kind.Choice),
            .. Parts.All.SelectMany(kind => kind.SettingsOf(chosen.Get(kind.Choice))),
            .. trainingSettings,
        ];
        // What the data or the preset prefer of a part that was not chosen falls away; what the user said of one is an error.
        var preferred = Settings.Empty.Overlay(DefaultsFor(schema, chosen)).Overlay(ofPreset);
        var settings = Settings.Empty.Overlay(preferred.Values.Where(value => known.Any(setting => setting.Key == value.Key))).Overlay(said).Resolve(known);
        var latent = settings.Get(Latent);
        // A free code as wide as the record can copy it; a Gaussian one is charged for what it carries, and a sparse one is meant to be wide. A network that
        // hands on the record itself says what it wants.
        if (
            !IsSolved(settings)
            && !Parts.Networks.Named("net", settings.Get(Net)).CodeIsRecord
            && settings.Get(Bottleneck) == "deterministic"
            && settings.Get(Corruption) == "none"
            && latent >= schema.Dimension
        )
            throw new InvalidInputException(
                $"{OptionNames.Value("latent", latent)}",
                $"makes a free code as large as the record ({schema.Dimension} numbers), which learns to copy",
                $"give {OptionNames.Give("latent")} below {schema.Dimension}, or take {OptionNames.Model("sparse")} or {OptionNames.Model("vae")}",
                OptionNames.Key("latent")
            );
        CheckCode(settings);
        if (settings.Get(Penalty) != Penalty.Default && settings.Get(Objective) != Objective.Default)
            throw new InvalidInputException(
                $"{OptionNames.Value("penalty", settings.Get(Penalty))}",
                $"goes with {OptionNames.Value("objective", Objective.Default)} only, and this is {settings.Get(Objective)}",
                "leave one of them out",
                OptionNames.Key("penalty")
            );
        foreach (var part in new[] { Prior, Posterior })
            if (
                settings.Get(ElboObjective.FreeNatsSetting) > 0
                && settings.Get(part) != part.Default
                && !(part == Posterior && Parts.Posteriors.CodeOf(settings.Get(part)) == CodeKind.DiagonalGaussian)
            )
                throw new InvalidInputException(
                    $"{OptionNames.Value("free-nats", settings.Get(ElboObjective.FreeNatsSetting))}",
                    $"needs a rate that is a sum over units, and with {OptionNames.Value(part.Key, settings.Get(part))} it is not",
                    $"leave {OptionNames.Key("free-nats")} out, or take {OptionNames.Give(part.Key, part.Default)}",
                    OptionNames.Key("free-nats")
                );
        if (settings.Get(Posterior) == BatchNormalisedPosteriorFamily.Part.Name && settings.Get(Prior) == VampPrior.Part.Name)
            throw new InvalidInputException(
                $"{OptionNames.Value(Posterior.Key, settings.Get(Posterior))}",
                $"normalises over a batch of records, which the pseudo-records of {OptionNames.Value(Prior.Key, settings.Get(Prior))} are not",
                $"leave one of them out",
                OptionNames.Key(Posterior.Key)
            );
        if (schema.Output.Dimension < schema.Dimension && settings.Get(Net) is not "dictionary" and not "denoiser")
            throw new InvalidInputException(
                $"{OptionNames.Value("net", settings.Get(Net))}",
                $"gives back what it sees, and the data have {schema.Kind.Targets.Noun}",
                schema.Kind.Targets.Refused,
                OptionNames.Targets
            );
        var isGiven = settings.Get(Condition) != Condition.Default;
        if (
            isGiven
            && (
                schema.Output.Dimension < schema.Dimension
                || !RecordLearning.Of(schema).TakesLabels
                || settings.Get(Corruption) != Corruption.Default
                || settings.Get(Likelihood) == ClassLikelihood.Part.Name
            )
        )
            throw new InvalidInputException(
                $"{OptionNames.Value("condition", settings.Get(Condition))}",
                $"gives labels with pictures and with tables of numbers, uncorrupted, and to models of the records themselves; this is {schema}, "
                    + $"{OptionNames.Value("corruption", settings.Get(Corruption))}, {OptionNames.Value("likelihood", settings.Get(Likelihood))}",
                $"leave {OptionNames.Key("condition")} out",
                OptionNames.Key("condition")
            );
        var knownLabels = known.Contains(KnownLabel.Target) ? KnownLabel.Of(labels ?? [], settings.Get(KnownLabel.Target), preset) : [];
        return !isGiven && knownLabels.Count > 1
            ? throw new InvalidInputException(
                $"{OptionNames.Value("target", settings.Get(KnownLabel.Target))}",
                $"names several labels, and {preset} predicts one",
                $"name one, or have several given ({OptionNames.Model("cond-vae")})",
                OptionNames.Key("target")
            )
            : new(preset, schema, settings) { Labels = knownLabels };
    }

    /// <summary>Labels that the model has as condition or predicts.</summary>
    public IReadOnlyList<KnownLabel> Labels { get; init; } = [];

    /// <summary>Returns the records with those labels attached.</summary>
    /// <param name="data">Records.</param>
    /// <param name="isRequired">True if records need the label even if it is predicted.</param>
    /// <exception cref="InvalidInputException">They have none though the model needs it, or a class that training did not meet.</exception>
    internal Dataset Attach(Dataset data, bool isRequired = false) =>
        KnownLabel.Attach(Labels, data, isRequired || Settings.Get(Condition) != Condition.Default);

    /// <summary>Throws unless the chosen parts can work with the code.</summary>
    private static void CheckCode(Settings settings)
    {
        PartKind Kind(Setting<string> choice) => Parts.All.Single(kind => kind.Choice == choice);
        CodeKind CodeOf(Setting<string> choice) => Kind(choice).CodeOf(settings.Get(choice));
        var takesParts = settings.Get(Bottleneck) == "gaussian";
        foreach (var part in new[] { Prior, Posterior })
            if (settings.Get(part) != part.Default && !takesParts)
                throw new InvalidInputException(
                    $"{OptionNames.Value(part.Key, settings.Get(part))}",
                    $"does not apply: a {settings.Get(Bottleneck)} code has no {part.Key} to choose",
                    $"give {OptionNames.Give("bottleneck", "gaussian")}, or leave {OptionNames.Key(part.Key)} out",
                    OptionNames.Key(part.Key)
                );
        var made = takesParts ? CodeOf(Posterior) : CodeOf(Bottleneck);
        foreach (var part in new[] { Prior, Objective, Penalty })
            Demand(part, CodeOf(part));
        if (
            settings.Get(Objective) == ImportanceWeightedObjective.Part.Name
            && settings.Get(ImportanceWeightedObjective.GradientSetting) != ImportanceWeightedObjective.Plain
        )
            Demand(ImportanceWeightedObjective.GradientSetting, CodeKind.DiagonalGaussian);

        void Demand(Setting<string> part, CodeKind needed)
        {
            if (needed <= made)
                return;
            var gaussian = OptionNames.Give("bottleneck", "gaussian");
            Wording diagonal = $"{gaussian} and {OptionNames.Give("posterior", "diagonal")}";
            var (lack, remedy) =
                made == CodeKind.Any ? ("no prior and no posterior", (Wording)$"{gaussian}")
                : needed == CodeKind.Reparameterised ? ("no draws that can be differentiated", $"{gaussian}")
                : (
                    "no posterior of independent units",
                    part.Key == ImportanceWeightedObjective.GradientSetting.Key
                        ? $"{OptionNames.Give("gradient", ImportanceWeightedObjective.Plain)}"
                        : diagonal
                );
            Wording with = takesParts ? (Wording)$" with {OptionNames.Value("posterior", settings.Get(Posterior))}" : "";
            throw new InvalidInputException(
                $"{OptionNames.Value(part.Key, settings.Get(part))}",
                $"does not apply: a {settings.Get(Bottleneck)} code{with} has {lack}",
                $"give {remedy}, or leave {OptionNames.Key(part.Key)} out",
                OptionNames.Key(part.Key)
            );
        }
    }

    /// <summary>True if the weights have a closed form, and are not trained by gradients.</summary>
    public bool IsClosedForm => IsSolved(Settings);

    private static bool IsSolved(Settings settings) => Parts.Networks.Named("net", settings.Get(Net)).IsClosedForm;

    /// <summary>
    /// Returns the preferences of the kind of record. The code of a closed form is the record itself, and some networks set its length.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> DefaultsFor(DataSchema schema, Settings chosen) =>
        Parts.Networks.Named("net", chosen.Get(Net)) is { IsClosedForm: true } or { CodeIsRecord: true }
            ? [new(Latent.Key, schema.Output.Dimension.ToString(CultureInfo.InvariantCulture))]
        : Parts.Networks.Named("net", chosen.Get(Net)).CodeLength is { } length
            ? [new(Latent.Key, length(schema, chosen).ToString(CultureInfo.InvariantCulture))]
        : RecordLearning.Of(schema).Preferred(schema.Kind);

    /// <summary>Returns names and shapes of the model's weights and running statistics, without allocating memory for them.</summary>
    internal IReadOnlyDictionary<string, long[]> Shapes()
    {
        TensorLibrary.EnsureLoaded();
        using var model = NewWeights.WithoutMemory(() => Build(seed: 0));
        return model.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.shape, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public bool Equals(ModelSpecification? other) =>
        other is not null && Preset == other.Preset && Schema.Equals(other.Schema) && Settings.Equals(other.Settings) && Labels.SequenceEqual(other.Labels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Preset, Schema, Settings, Labels.Count);

    /// <summary>Builds the model with random weights by <paramref name="seed"/>; torch's generator is restored afterwards.</summary>
    public Autoencoder Build(int seed)
    {
        TensorLibrary.EnsureLoaded();
        using var draws = RandomDraws.Seeded(seed);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var context = new PartContext(Schema, Settings.Get(Latent), Settings) { Labels = Labels, Kinds = Parts.All };
        var bottleneck = context.Create<Bottleneck>();
        var likelihood = context.Create<Likelihood>();
        var condition = context.Create<Condition?>();
        var make = context.Create<Func<NetworkContext, EncoderDecoder>>();
        EncoderDecoder network;
        if (condition is not null)
        {
            // The decoder is told by C more numbers beside the code, the encoder behind its last layer.
            var told = make(
                new NetworkContext(
                    context with
                    {
                        Latent = context.Latent + condition.Width,
                    },
                    ConditionedEncoder.Features,
                    likelihood.ParametersPerDimension,
                    likelihood.ParameterWidth
                )
            );
            network = told with { Encoder = new ConditionedEncoder(told.Encoder, condition, bottleneck.HeadWidth) };
        }
        else
            network = make(new NetworkContext(context, bottleneck.HeadWidth, likelihood.ParametersPerDimension, likelihood.ParameterWidth));
        if (!likelihood.IsOfRecord)
            network = network with { Encoder = TorchSharp.torch.nn.Sequential(("record", new RecordOnly(Schema.Dimension)), ("layers", network.Encoder)) };
        var corruption = context.Create<Corruption>();
        var objective = context.Create<Objective>();
        return new Autoencoder(corruption, network, bottleneck, likelihood, objective, condition)
        {
            Targets = Schema.Output.Dimension < Schema.Dimension ? Schema.Output.Dimension : 0,
        };
    }
}
