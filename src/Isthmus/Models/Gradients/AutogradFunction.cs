using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Function of one tensor with a hand-written backward pass, as a node of autograd's graph.</summary>
internal sealed class AutogradFunction : autograd.SingleTensorFunction<AutogradFunction>
{
    private const string WayBack = "way back";

    /// <inheritdoc/>
    public override string Name => "written";

    /// <summary>Returns f(x) in the precision of x, differentiable.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="forward">f; its result may be memory that is kept.</param>
    /// <param name="backward">dL/dx from dL/dy, called once; null if it is not needed.</param>
    /// <param name="anchor">Any tensor that needs a gradient, for an f whose own parameters do where x does not.</param>
    public static Tensor Of(Tensor x, Func<Tensor, Tensor> forward, Func<Tensor, Tensor?> backward, Tensor? anchor = null) =>
        apply(x, anchor ?? x, forward, backward);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var noGradient = no_grad();
        ctx.save_data(WayBack, vars[3]);
        return ((Func<Tensor, Tensor>)vars[2])((Tensor)vars[0]).to(((Tensor)vars[0]).dtype, copy: true);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradOutput)
    {
        using var noGradient = no_grad();
        var below = ((Func<Tensor, Tensor?>)ctx.get_data(WayBack))(gradOutput.contiguous());
        return [below?.to(gradOutput.dtype, copy: true)!, null!, null!, null!];
    }
}
