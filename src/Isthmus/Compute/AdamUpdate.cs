using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019) for the small fits beside training, whose parameters are not flat:
/// <code>p -= rate decay p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + e)</code>
/// TorchSharp's own hands over numbers that nothing holds.
/// </summary>
internal sealed class AdamUpdate(IEnumerable<Parameter> parameters, double decay = 0) : IDisposable
{
    private const double Beta1 = 0.9,
        Beta2 = 0.999,
        Epsilon = 1e-8;

    private readonly (Parameter Value, Tensor First, Tensor Second)[] _parameters =
    [
        .. parameters.Select(parameter => (parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope())),
    ];
    private int _steps;

    /// <summary>Removes all gradients.</summary>
    public void ClearGradients()
    {
        foreach (var (value, _, _) in _parameters)
            value.grad = null;
    }

    /// <summary>Makes one update from the gradients.</summary>
    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _steps++;
        foreach (var (value, first, second) in _parameters)
        {
            if (value.grad is not { } gradient)
                continue;
            if (decay != 0)
                value.MultiplyInPlace(1 - rate * decay);
            first.MultiplyInPlace(Beta1).AddInPlace(gradient, 1 - Beta1);
            second.MultiplyInPlace(Beta2).AddProductInPlace(gradient, gradient, 1 - Beta2);
            var root = second.sqrt().Over(Math.Sqrt(1 - Math.Pow(Beta2, _steps))).AddInPlace(Epsilon);
            value.AddQuotientInPlace(first, root, -(rate / (1 - Math.Pow(Beta1, _steps))));
        }
    }

    public void Dispose()
    {
        foreach (var (_, first, second) in _parameters)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
