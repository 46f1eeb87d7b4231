using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>The non-linearities available for networks.</summary>
internal static class Activations
{
    /// <summary>
    /// Name of the gated non-linearity: a hidden layer is a linear map to twice its width, one half gating the other through a sigmoid (Dauphin et al. 2017).
    /// </summary>
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

    /// <summary>Returns true if a module is one of them.</summary>
    public static bool Is(nn.Module module) => module is ReLU or Elu or GELU or SiLU or Softplus or Tanh or GLU;

    /// <summary>Returns the number of inputs of the activation for each output.</summary>
    public static int InputsPerUnit(string name) => name == Gated ? 2 : 1;
}

/// <summary>x if it is positive, e^x - 1 otherwise (Clevert, Unterthiner and Hochreiter 2016).</summary>
internal sealed class Elu() : nn.Module<Tensor, Tensor>("ELU")
{
    public override Tensor forward(Tensor x) => x.Elu();
}

/// <summary>ln(1 + e^x).</summary>
internal sealed class Softplus() : nn.Module<Tensor, Tensor>("Softplus")
{
    public override Tensor forward(Tensor x) => x.Softplus();
}
