using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Dictionaries;

/// <summary>
/// The two affine maps of a sparse dictionary on vectors in their own units, the standardisation of columns folded in, float64:
/// <code>head = W x + c,   z = the bottleneck of head,   mean = D z + b.</code>
/// </summary>
/// <param name="Encoder">W, L x D; of targets, as many columns as its inputs.</param>
/// <param name="EncoderBias">c, L.</param>
/// <param name="Decoder">D, D x L: what one unit of the code writes is a column; of targets, as many rows as they.</param>
/// <param name="DecoderBias">b, D.</param>
internal sealed record LinearDictionary(Tensor Encoder, Tensor EncoderBias, Tensor Decoder, Tensor DecoderBias)
{
    // Columns longer or shorter than 1 by more than float32 leaves them are no columns of length 1.
    private const double LengthTolerance = 1e-5;

    /// <summary>True if each column of D has length 1, so that a network of that kind can hold them.</summary>
    public bool HasUnitColumns => Decoder.Square().sum([0L]).sqrt().Minus(1).abs().max().item<double>() < LengthTolerance;

    /// <summary>True if encoder and decoder of a model are one affine map each.</summary>
    public static bool IsIn(ModelSpecification specification) =>
        specification.Schema.Kind == VectorKind.Instance
        && specification.Settings.Get(ModelSpecification.Condition) == ModelSpecification.Condition.Default
        && specification.Settings.Get(ModelSpecification.Net) switch
        {
            "dictionary" => true,
            "mlp" => specification.Settings.Get(MlpNetwork.Hidden).Length == 0 && specification.Settings.Get(MlpNetwork.Input) == MlpNetwork.Input.Default,
            _ => false,
        };

    /// <summary>Returns the maps of a model for which <see cref="IsIn"/> is true; the caller owns the dispose scope.</summary>
    public static LinearDictionary Of(TrainedModel model)
    {
        using var noGradient = no_grad();
        var weights = model.Network.state_dict();
        Tensor Weight(string name) => weights[name].detach().cpu().to(float64);
        Tensor encoder,
            encoderBias,
            decoder,
            decoderBias;
        if (model.Specification.Settings.Get(ModelSpecification.Net) == "dictionary")
        {
            decoder = nn.functional.normalize(Weight("decoder.weight"), dim: 0);
            (encoder, decoderBias) = (Weight("encoder.linear.weight"), Weight("decoder.bias"));
            encoderBias = Weight("encoder.linear.bias");
            // Of targets the decoder's bias is in another space.
            if (model.Network.Targets == 0)
                encoderBias -= encoder.mv(decoderBias);
        }
        else
            (encoder, encoderBias, decoder, decoderBias) = (
                Weight("encoder.output.weight"),
                Weight("encoder.output.bias"),
                Weight("decoder.output.weight"),
                Weight("decoder.output.bias")
            );
        if (model.Standardisation is not { } standardisation)
            return new(encoder, encoderBias, decoder, decoderBias);
        var schema = model.Specification.Schema;
        var (seen, given) = (standardisation.First(schema.Input.Dimension), standardisation.Last(schema.Output.Dimension));
        encoder = encoder / tensor(seen.Scales.Select(scale => scale > 0 ? scale : 1).ToArray());
        var (scales, means) = (tensor(given.Scales.ToArray()), tensor(given.Means.ToArray()));
        return new(encoder, encoderBias - encoder.mv(tensor(seen.Means.ToArray())), decoder * scales.unsqueeze(1), (decoderBias * scales).Plus(means));
    }

    /// <summary>Writes the maps into a network, whose model has no standardisation.</summary>
    public void CopyTo(Autoencoder network)
    {
        using var noGradient = no_grad();
        var weights = network.state_dict();
        void Set(string name, Tensor value) => weights[name].copy_(value);
        if (weights.ContainsKey("decoder.weight"))
        {
            Set("decoder.weight", Decoder);
            Set("decoder.bias", DecoderBias);
            Set("encoder.linear.weight", Encoder);
            Set("encoder.linear.bias", EncoderBias.Plus(Encoder.mv(DecoderBias)));
            return;
        }
        Set("decoder.output.weight", Decoder);
        Set("decoder.output.bias", DecoderBias);
        Set("encoder.output.weight", Encoder);
        Set("encoder.output.bias", EncoderBias);
    }
}
