using Isthmus.Compute;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// loss = mean over the batch of (distortion + w rate) / sqrt(w) in nats, with a quality q drawn uniformly for each record and w(q) = most^(1 - q) least^q: one
/// model for several qualities, each of which weighs alike in training. With a Gaussian likelihood of fixed deviation s, distortion is the squared error over
/// 2 s^2, and so w trades squared errors for nats.
/// </summary>
internal sealed record RateDistortionObjective(double Least, double Most) : Objective
{
    internal static readonly Setting<double> LeastWeight = SettingKinds.Number("least-rate-weight", 0.15, "weight of the rate at quality 1", least: 1e-6);
    internal static readonly Setting<double> MostWeight = SettingKinds.Number("most-rate-weight", 7, "weight of the rate at quality 0", least: 1e-6);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Objective> Part = new(
        "rate-distortion",
        "distortion + lambda rate, lambda drawn for each record; for codes with a quality",
        [LeastWeight, MostWeight],
        context =>
            context.Settings.Values.GetValueOrDefault("bottleneck") == HyperpriorBottleneck.Part.Name
                ? new RateDistortionObjective(context.Get(LeastWeight), context.Get(MostWeight))
                : throw new InvalidInputException(
                    $"{OptionNames.Value("objective", "rate-distortion")}",
                    "trains codes with a quality, and this bottleneck's have none",
                    $"give {OptionNames.Give("bottleneck", HyperpriorBottleneck.Part.Name)}, or leave it out",
                    OptionNames.Key("objective")
                )
    );

    /// <summary>Returns the weight of the rate at a quality.</summary>
    public double WeightAt(double quality) => Math.Pow(Most, 1 - quality) * Math.Pow(Least, quality);

    /// <inheritdoc/>
    public override LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, double epoch)
    {
        var bottleneck = (HyperpriorBottleneck)model.Bottleneck;
        var quality = model.training
            ? RandomOperations.Uniform([x.shape[0]], device: x.device)
            : ScalarOperations.Full(x.shape[0], HyperpriorBottleneck.UsualQuality, device: x.device);
        var code = bottleneck.Encode(model.Head(seen), quality);
        var distortion = -model.LogLikelihood(x, code.Z);
        var logWeight = quality.Times(Math.Log(Least / Most)).Plus(Math.Log(Most));
        var loss = (distortion * logWeight.Times(-0.5).exp()).Plus(code.Rate * logWeight.Times(0.5).exp()).mean();
        return new(loss, distortion, code.Rate);
    }

    /// <inheritdoc/>
    public override double Weighed(double distortion, double rate) => distortion + Math.Sqrt(Least * Most) * rate;
}
