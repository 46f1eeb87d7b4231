using Isthmus.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Fully connected layers: hidden widths in the encoder's order, mirrored in the decoder.</summary>
public static class MlpNetwork
{
    private static readonly Setting<string> Hidden = SettingKinds.Widths("hidden", "400,400", "widths of the encoder's hidden layers, mirrored in the decoder");
    private static readonly Setting<string> Activation = SettingKinds.Choice("activation", Activations.Gated, "non-linearity of the hidden layers", Activations.Names);
    /// <summary>What stands before each non-linearity.</summary>
    internal static readonly Setting<string> Normalisation = SettingKinds.Choice("norm", "none", "normalisation before the non-linearity", "none", "batch", "layer");
    private static readonly Setting<double> Dropout = SettingKinds.Number("dropout", 0, "share of hidden units dropped in training", least: 0, most: 0.95);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, Network>> Part = new("mlp", "fully connected layers", [Hidden, Activation, Normalisation, Dropout], _ => Create);

    private static Network Create(NetworkContext context)
    {
        var settings = context.Part.Settings;
        var hidden = SettingKinds.ParseWidths(settings.Get(Hidden));
        var dimension = context.Part.Schema.Dimension;
        return new(
            Layers([dimension, .. hidden], context.HeadWidth, settings),
            Layers([context.Part.Latent, .. hidden.Reverse()], context.ParametersPerDimension * dimension, settings));
    }

    private static Sequential Layers(int[] widths, int outputs, Settings settings)
    {
        var activation = settings.Get(Activation);
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (var i = 1; i < widths.Length; i++)
        {
            var units = widths[i] * Activations.InputsPerUnit(activation);
            layers.Add(($"linear{i}", MatrixProduct.Linear(widths[i - 1], units)));
            if (settings.Get(Normalisation) is "batch")
                layers.Add(($"norm{i}", nn.BatchNorm1d(units)));
            else if (settings.Get(Normalisation) is "layer")
                layers.Add(($"norm{i}", nn.LayerNorm(units)));
            layers.Add(($"activation{i}", Activations.Create(activation)));
            if (settings.Get(Dropout) > 0)
                layers.Add(($"dropout{i}", nn.Dropout(settings.Get(Dropout))));
        }
        layers.Add(("output", MatrixProduct.Linear(widths[^1], outputs)));
        return nn.Sequential(layers);
    }
}
