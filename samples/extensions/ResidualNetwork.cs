using Isthmus;
using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Extensions;

/// <summary>Encoder and decoder of residual blocks: any <c>nn.Module</c> of TorchSharp will do.</summary>
public static class ResidualNetwork
{
    public static readonly Setting<int> Width = SettingKinds.Whole("residual-width", 64, "width of the blocks", 1, 4096);
    public static readonly Setting<int> Blocks = SettingKinds.Whole("residual-blocks", 2, "blocks of encoder and decoder", 0, 64);

    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new("residual", "fully connected residual blocks", [Width, Blocks], _ => Create);

    private static EncoderDecoder Create(NetworkContext context)
    {
        var (part, dimension) = (context.Part, context.Part.Schema.Dimension);
        return new(Network(dimension, context.HeadWidth, part), Network(part.Latent, context.ParameterWidth, part));
    }

    private static nn.Module<Tensor, Tensor> Network(int inputs, int outputs, PartContext part)
    {
        var width = part.Get(Width);
        var blocks = Enumerable.Range(0, part.Get(Blocks)).Select(i => ($"block{i}", (nn.Module<Tensor, Tensor>)new Block(width)));
        return nn.Sequential([("in", SeededLayers.Linear(inputs, width)), .. blocks, ("out", SeededLayers.Linear(width, outputs))]);
    }

    /// <summary>x + W2 gelu(W1 x).</summary>
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first,
            _second;

        public Block(int width)
            : base("block")
        {
            (_first, _second) = (SeededLayers.Linear(width, width), SeededLayers.Linear(width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => x.Plus(_second.call(nn.functional.gelu(_first.call(x))));
    }
}

/// <summary>Options of the network.</summary>
public sealed record ResidualOptions() : NetworkOptions(ResidualNetwork.Part)
{
    public int? Width
    {
        get => Get(ResidualNetwork.Width);
        init => Set(ResidualNetwork.Width, value);
    }

    public int? Blocks
    {
        get => Get(ResidualNetwork.Blocks);
        init => Set(ResidualNetwork.Blocks, value);
    }
}
