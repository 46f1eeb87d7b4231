using System.Runtime.InteropServices;
using Isthmus.Compute;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Dictionaries;

/// <summary>Tensors of a SAELens folder, and what they are in a model. The caller owns the dispose scope.</summary>
internal sealed class SaeLensWeights
{
    // The smallest number of float32 that is not subnormal.
    private const double SmallestNormal = 1.17549435e-38;

    private readonly SaeLensConfiguration _configuration;
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly LinearDictionary _maps;

    /// <summary>Reads the tensors, in float64, and checks their shapes.</summary>
    /// <exception cref="InvalidInputException">Damaged, a tensor is missing, of another shape, not finite or unknown, or a threshold is negative.</exception>
    public SaeLensWeights(string path, SaeLensConfiguration configuration)
    {
        _configuration = configuration;
        _tensors = Read(path);
        var (inputs, features) = ((long)configuration.Inputs, (long)configuration.Features);
        var isGated = configuration.Architecture == "gated";
        Dictionary<string, long[]> expected = new()
        {
            ["W_enc"] = [inputs, features],
            ["W_dec"] = [features, inputs],
            ["b_dec"] = [inputs],
            [isGated ? "b_gate" : "b_enc"] = [features],
        };
        if (isGated)
            (expected["r_mag"], expected["b_mag"]) = ([features], [features]);
        if (configuration.Architecture == "jumprelu")
            expected["threshold"] = [features];
        if (configuration.HasScalingFactor)
            expected["scaling_factor"] = [features];
        foreach (var (name, shape) in expected)
            if (!_tensors.TryGetValue(name, out var tensor) || !tensor.shape.SequenceEqual(shape))
                throw new InvalidInputException(
                    path,
                    tensor is null
                        ? (Wording)$"has no tensor {name}, which the architecture {configuration.Architecture} has"
                        : $"has a tensor {name} of {string.Join(" x ", tensor.shape)}, and by its configuration it has {string.Join(" x ", shape)}",
                    "use a copy that is whole"
                );
            else if (!tensor.isfinite().all().item<bool>())
                throw new InvalidInputException(path, $"has a number in {name} that is not finite", "use a copy that is whole");
        foreach (var (name, tensor) in _tensors)
            // Factors of 1 change nothing; SAELens leaves them out too.
            if (!expected.ContainsKey(name) && !(name == "scaling_factor" && tensor.eq(ones_like(tensor)).all().item<bool>()))
                throw new InvalidInputException(
                    path,
                    $"has a tensor {name}, which the architecture {configuration.Architecture} does not have",
                    $"give a dictionary of {string.Join(", ", expected.Keys)}"
                );
        if (configuration.Architecture == "jumprelu" && _tensors["threshold"].min().item<double>() < 0)
            throw new InvalidInputException(path, "has a threshold below 0", "give one whose features are on above 0 alone");
        _maps = Maps(isGated ? "b_gate" : "b_enc");
    }

    /// <summary>Preset of the model.</summary>
    public string Preset =>
        _configuration.Architecture switch
        {
            "topk" => "top-k-sae",
            "jumprelu" => "jump-relu-sae",
            "gated" => "gated-sae",
            _ => "sparse",
        };

    /// <summary>Settings of the network that holds the two maps.</summary>
    public IEnumerable<(string Key, string Value)> Network =>
        _maps.HasUnitColumns ? [(ModelSpecification.Net.Key, "dictionary")] : [(ModelSpecification.Net.Key, "mlp"), (MlpNetwork.Hidden.Key, "")];

    /// <summary>Writes the tensors into a network.</summary>
    public void CopyTo(Autoencoder network)
    {
        using var noGradient = no_grad();
        _maps.CopyTo(network);
        var weights = network.state_dict();
        if (_configuration.Architecture == "jumprelu")
            // ln 0 is no number, and no head lies between 0 and this one.
            weights["bottleneck.log_threshold"].copy_(_tensors["threshold"].ClampMin(SmallestNormal).log());
        if (_configuration.Architecture == "gated")
        {
            var scale = _tensors["r_mag"];
            weights["bottleneck.log_scale"].copy_(scale);
            weights["bottleneck.shift"].copy_(_tensors["b_mag"] - scale.exp() * _tensors["b_gate"]);
        }
    }

    /// <summary>Returns the tensors of a model's folder, float32, its architecture, and the keys of its configuration besides.</summary>
    /// <exception cref="InvalidInputException">A model that such a folder cannot hold.</exception>
    public static (string Architecture, Dictionary<string, Tensor> Tensors, IEnumerable<(string Key, object Value)> Configuration) Of(TrainedModel model)
    {
        var bottleneck = model.Specification.Settings.Get(ModelSpecification.Bottleneck);
        var architecture =
            bottleneck == L1Bottleneck.Part.Name ? "standard"
            : bottleneck == AuxiliaryTopKBottleneck.Part.Name ? "topk"
            : bottleneck == JumpReluBottleneck.Part.Name || bottleneck == BatchTopKBottleneck.Part.Name ? "jumprelu"
            : bottleneck == GatedBottleneck.Part.Name ? "gated"
            : throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                $"has the bottleneck {bottleneck}, and a SAELens folder holds sparse dictionaries",
                $"give a model of {OptionNames.Model("top-k-sae")}, batch-top-k-sae, jump-relu-sae or gated-sae"
            );
        if (!LinearDictionary.IsIn(model.Specification))
            throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "has an encoder or a decoder of several layers or a condition, and a SAELens folder holds one affine map each way",
                $"train it with {OptionNames.Give("net", "dictionary")}"
            );
        if (model.Network.Targets > 0)
            throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "predicts target activations, and a SAELens folder is written of dictionaries that give back what they see",
                $"train it without {OptionNames.Targets}"
            );
        var maps = LinearDictionary.Of(model);
        var weights = model.Network.state_dict();
        Tensor Weight(string name) => weights[name].detach().cpu().to(float64);
        // The decoder's bias is subtracted first, which keeps large means out of the product.
        var bias = maps.EncoderBias.Plus(maps.Encoder.mv(maps.DecoderBias));
        Dictionary<string, Tensor> tensors = new()
        {
            ["W_enc"] = maps.Encoder.t(),
            ["W_dec"] = maps.Decoder.t(),
            ["b_dec"] = maps.DecoderBias,
            [architecture == "gated" ? "b_gate" : "b_enc"] = bias,
        };
        if (architecture == "gated")
        {
            var scale = Weight("bottleneck.log_scale");
            tensors["r_mag"] = scale;
            tensors["b_mag"] = Weight("bottleneck.shift").Plus(scale.exp() * bias);
        }
        if (architecture == "jumprelu")
            tensors["threshold"] =
                bottleneck == JumpReluBottleneck.Part.Name
                    ? Weight("bottleneck.log_threshold").exp()
                    : Weight("bottleneck.threshold").expand(model.Network.Bottleneck.Latent);
        return (
            architecture,
            tensors.ToDictionary(pair => pair.Key, pair => pair.Value.to(float32).contiguous(), StringComparer.Ordinal),
            architecture == "topk" ? [("k", model.Specification.Settings.Get(TopKBottleneck.K)), ("rescale_acts_by_decoder_norm", false)] : []
        );
    }

    private LinearDictionary Maps(string headBias)
    {
        var (encoder, bias, decoder) = (_tensors["W_enc"].t(), _tensors[headBias], _tensors["W_dec"].t());
        // Heads grow by the lengths of the decoder's rows, and codes shrink by them again.
        if (_configuration.RescalesByDecoderNorm)
        {
            var lengths = decoder.Square().sum([0L]).sqrt();
            (encoder, bias, decoder) = (encoder * lengths.unsqueeze(1), bias * lengths, decoder / lengths);
        }
        if (_configuration.HasScalingFactor)
            decoder *= _tensors["scaling_factor"];
        var centre = _tensors["b_dec"];
        return new(encoder, _configuration.SubtractsDecoderBias ? bias - encoder.mv(centre) : bias, decoder, centre);
    }

    private static Dictionary<string, Tensor> Read(string path)
    {
        if (new FileInfo(path).Length > Array.MaxLength)
            throw new InvalidInputException(path, "is larger than 2 GB", "give a smaller dictionary, or one in float16 or bfloat16");
        try
        {
            return Safetensors.Read(File.ReadAllBytes(path)).ToDictionary(pair => pair.Key, pair => pair.Value.to(float64), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ExternalException)
        {
            throw new InvalidInputException(path, $"cannot be read ({e.Message.Split('\n')[0].TrimEnd('.')})", "use a copy that is whole", cause: e);
        }
    }
}
