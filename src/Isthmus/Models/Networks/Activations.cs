using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>The non-linearities a network can be built with.</summary>
internal static class Activations
{
    /// <summary>A hidden layer is a linear map to twice its width, one half gating the other through a sigmoid (Dauphin et al. 2017).</summary>
    public const string Gated = "gated";

    private static readonly Dictionary<string, Func<nn.Module<Tensor, Tensor>>> Makers = new()
    {
        ["relu"] = () => nn.ReLU(),
        ["elu"] = () => new Elu(),
        ["gelu"] = () => nn.GELU(),
        ["silu"] = () => nn.SiLU(),
        ["softplus"] = () => new Softplus(),
        ["tanh"] = () => nn.Tanh(),
        [Gated] = () => nn.GLU(1),
    };

    public static IEnumerable<string> Names => Makers.Keys;

    public static nn.Module<Tensor, Tensor> Create(string name) => Makers[name]();

    /// <summary>Whether a module is one of them.</summary>
    public static bool Is(nn.Module module) => module is ReLU or Elu or GELU or SiLU or Softplus or Tanh or GLU;

    /// <summary>How many numbers a layer must give the activation for each number that comes out.</summary>
    public static int InputsPerUnit(string name) => name == Gated ? 2 : 1;
}

/// <summary>x where it is positive, e^x - 1 elsewhere (Clevert, Unterthiner and Hochreiter 2016).</summary>
internal sealed class Elu() : nn.Module<Tensor, Tensor>("ELU")
{
    public override Tensor forward(Tensor x) => x.Elu();
}

/// <summary>ln(1 + e^x).</summary>
internal sealed class Softplus() : nn.Module<Tensor, Tensor>("Softplus")
{
    public override Tensor forward(Tensor x) => x.Softplus();
}
