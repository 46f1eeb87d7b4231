using Isthmus.Models.Gradients;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Outputs of a hidden layer of an encoder, after its non-linearity: activations for learning a dictionary.</summary>
internal static class HiddenLayer
{
    /// <summary>
    /// Returns the layer's output, a row for each record; for a convolution, a row for each place of each record, with its channels as columns.
    /// </summary>
    /// <param name="model">A model whose encoder is a chain of layers.</param>
    /// <param name="x">Records, N x D.</param>
    /// <param name="layer">1 for the first.</param>
    /// <returns>(N places) x units, a record's places in raster order after one another.</returns>
    /// <exception cref="InvalidInputException">The encoder has no such layer, or is no chain of layers.</exception>
    public static Tensor Of(Autoencoder model, Tensor x, int layer)
    {
        if (model.Encoder is not Sequential sequence)
            throw new InvalidInputException(
                "This encoder",
                "is no chain of layers whose outputs could be taken",
                $"take a model with {OptionNames.Value("net", "mlp")} or {OptionNames.Value("net", "conv")}",
                OptionNames.Key("net")
            );
        nn.Module<Tensor, Tensor>[] modules = [.. ManualLayer.Flat(sequence)];
        int[] ends = [.. modules.Index().Where(module => Activations.Is(module.Item)).Select(module => module.Index)];
        if (layer < 1 || layer > ends.Length)
            throw new InvalidInputException(
                "The encoder",
                $"has no hidden layer {layer}",
                $"{(ends.Length == 0 ? "take a deeper one" : $"count its layers from 1 to {ends.Length}")}"
            );
        var given = modules.Take(ends[layer - 1] + 1).Aggregate(x, (value, module) => module.call(value));
        return given.dim() == 2 ? given : given.flatten(2).transpose(1, 2).flatten(0, 1);
    }
}
