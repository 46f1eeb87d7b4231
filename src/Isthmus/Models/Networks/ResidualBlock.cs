using Isthmus.Compute;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>x + conv(act(conv(act(x)))), pre-activation order (He et al. 2016).</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "branch")]
    private readonly Sequential _branch;

    public ResidualBlock(int channels, string activation)
        : base("residual")
    {
        _branch = nn.Sequential(
            Activations.Create(activation),
            MatrixProduct.Convolution(channels, channels, kernel: 3, stride: 1, padding: 1),
            Activations.Create(activation),
            MatrixProduct.Convolution(channels, channels, kernel: 3, stride: 1, padding: 1)
        );
        RegisterComponents();
    }

    /// <summary>Layers whose output is added to x.</summary>
    public Sequential Branch => _branch;

    public override Tensor forward(Tensor x) => x.Plus(_branch.call(x));
}
