using Isthmus.Compute;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>x + f(x) for any layers f that keep the shape (He et al. 2016); around a halving and a doubling it is the shortcut of a U-Net.</summary>
internal sealed class ResidualBranch : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "branch")]
    private readonly Sequential _branch;

    public ResidualBranch(Sequential branch)
        : base("residual_branch")
    {
        _branch = branch;
        RegisterComponents();
    }

    /// <summary>Layers whose output is added to x.</summary>
    public Sequential Branch => _branch;

    public override Tensor forward(Tensor x) => x.Plus(_branch.call(x));
}
