using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// Classifier of two kinds of codes: its logit l(z), trained by cross-entropy, approaches the logarithm of the ratio of their densities (Sugiyama et al. 2012).
/// Gradients pass through it to the model without changing it.
/// </summary>
internal sealed class Discriminator : nn.Module
{
    /// <summary>Widths of the hidden layers.</summary>
    internal static readonly Setting<string> Hidden = SettingKinds.Widths("adversary-hidden", "400,400,400", "widths of the discriminator's hidden layers");

    /// <summary>Learning rate of the discriminator.</summary>
    internal static readonly Setting<double> LearningRate = SettingKinds.Number(
        "adversary-learning-rate",
        2e-4,
        "step size of the discriminator, on the same schedule as the model's",
        least: 0
    );

    private const double Slope = 0.2;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<Linear> _layers;

    public Discriminator(int latent, int[] hidden)
        : base("discriminator")
    {
        int[] widths = [latent, .. hidden, 1];
        _layers = nn.ModuleList([.. widths.Zip(widths[1..], (inputs, outputs) => SeededLayers.Linear(inputs, outputs))]);
        RegisterComponents();
    }

    /// <summary>Creates a discriminator of a model's codes, by its settings.</summary>
    public static Discriminator Of(PartContext context) => new(context.Latent, SettingKinds.ParseWidths(context.Get(Hidden)));

    /// <summary>Returns the logit of each code, N. If held, its own weights count as constants.</summary>
    public Tensor Logits(Tensor z, bool held)
    {
        foreach (var (index, layer) in _layers.Index())
        {
            var (weight, bias) = held ? (layer.weight!.detach(), layer.bias!.detach()) : (layer.weight!, (Tensor)layer.bias!);
            z = nn.functional.linear(index == 0 ? z : z.LeakyRelu(Slope), weight, bias);
        }
        return z.squeeze(-1);
    }

    /// <summary>
    /// Returns its own loss, the cross-entropy in nats of telling codes of the first kind from as many of the second: ln 2 if they have the same distribution.
    /// No gradient leaves it.
    /// </summary>
    public Tensor Loss(Tensor first, Tensor second) =>
        (-Logits(first.detach(), held: false)).Softplus().mean().Plus(Logits(second.detach(), held: false).Softplus().mean()).Times(0.5);
}
