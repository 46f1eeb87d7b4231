using Isthmus.Compute;
using Isthmus.Data.Tables;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Fully connected layers: hidden widths in the encoder's order, mirrored in the decoder.</summary>
public static class MlpNetwork
{
    /// <summary>Widths of the hidden layers.</summary>
    internal static readonly Setting<string> Hidden = SettingKinds.Widths(
        "hidden",
        "400,400",
        "widths of the encoder's hidden layers, mirrored in the decoder"
    );

    /// <summary>Non-linearity of the hidden layers.</summary>
    internal static readonly Setting<string> Activation = SettingKinds.Choice(
        "activation",
        Activations.Gated,
        "non-linearity of the hidden layers",
        Activations.Names
    );

    /// <summary>Normalisation before each non-linearity.</summary>
    internal static readonly Setting<string> Normalisation = SettingKinds.Choice(
        "norm",
        "none",
        "normalisation before the non-linearity",
        "none",
        "batch",
        "layer"
    );

    /// <summary>Initial weights of the layers.</summary>
    internal static readonly Setting<string> Initialisation = SettingKinds.Choice(
        "init",
        "uniform",
        "initial weights of hidden layers: uniform of variance 1/3 over the number of inputs (torch's default), or he: variance 2 over it, which keeps "
            + "the signal's size through many layers (He et al. 2015)",
        "uniform",
        "he"
    );
    internal static readonly Setting<string> Input = SettingKinds.Choice(
        "input",
        "as-is",
        "input of the encoder: the record as it is, or divided by its Euclidean length (for counts)",
        "as-is",
        "unit-length"
    );

    /// <summary>Fraction of hidden units dropped in training.</summary>
    internal static readonly Setting<double> Dropout = SettingKinds.Number("dropout", 0, "fraction of hidden units dropped in training", least: 0, most: 0.95);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "mlp",
        "fully connected layers",
        [Hidden, Activation, Initialisation, Normalisation, Dropout, Input],
        _ => Create
    );

    // From torch's variance, 1 / (3 inputs), to 2 / inputs.
    private static readonly double HeScale = Math.Sqrt(6);

    private static EncoderDecoder Create(NetworkContext context)
    {
        var settings = context.Part.Settings;
        var hidden = SettingKinds.ParseWidths(settings.Get(Hidden));
        // The columns of a row enter by their kinds: this is the one network that takes any record.
        var row = context.Part.Schema is TableSchema table ? new RowInput(table) : null;
        var layers = Layers([row?.Width ?? context.Part.Schema.Dimension, .. hidden], context.HeadWidth, settings);
        return new(
            row is null ? Encoder(layers, settings) : nn.Sequential(("row", row), ("layers", layers)),
            Layers([context.Part.Latent, .. hidden.Reverse()], context.ParameterWidth, settings)
        );
    }

    private static nn.Module<Tensor, Tensor> Encoder(Sequential layers, Settings settings) =>
        settings.Get(Input) == "as-is" ? layers : nn.Sequential(("unit_length", new UnitLength()), ("layers", layers));

    /// <summary>Returns hidden layers of the widths after the first, then a linear map to <paramref name="outputs"/>.</summary>
    internal static Sequential Layers(int[] widths, int outputs, Settings settings)
    {
        var activation = settings.Get(Activation);
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (var i = 1; i < widths.Length; i++)
        {
            var units = widths[i] * Activations.InputsPerUnit(activation);
            var linear = MatrixProduct.Linear(widths[i - 1], units);
            if (settings.Get(Initialisation) == "he")
                Scale(linear, HeScale);
            layers.Add(($"linear{i}", linear));
            if (settings.Get(Normalisation) is "batch")
                layers.Add(($"norm{i}", new BatchNormalisation(units)));
            else if (settings.Get(Normalisation) is "layer")
                layers.Add(($"norm{i}", nn.LayerNorm(units, device: NewWeights.Device)));
            layers.Add(($"activation{i}", Activations.Create(activation)));
            if (settings.Get(Dropout) > 0)
                layers.Add(($"dropout{i}", new SeededDropout(settings.Get(Dropout))));
        }
        layers.Add(("output", MatrixProduct.Linear(widths[^1], outputs)));
        return nn.Sequential(layers);
    }

    private static void Scale(MatrixProduct linear, double factor)
    {
        using var noGradient = no_grad();
        linear.Weight.MultiplyInPlace(factor);
    }
}
