using TorchSharp.Modules;
using static TorchSharp.torch;

#pragma warning disable RS0030 // The one place that draws.

namespace Isthmus.Compute;

/// <summary>
/// Torch's layers with torch's first weights, drawn by the seed of the call under way (<see cref="RandomOperations"/>): weights and biases uniform within
/// 1 / sqrt(inputs of a unit). Networks of your own take their layers here, so that the same seed gives the same weights.
/// </summary>
public static class SeededLayers
{
    /// <summary>x W' + b.</summary>
    /// <param name="inputs">Numbers that come in.</param>
    /// <param name="outputs">Numbers that go out.</param>
    /// <param name="hasBias">True for a layer with bias b.</param>
    public static Linear Linear(long inputs, long outputs, bool hasBias = true)
    {
        // Without memory no weight is drawn, and torch's own generator stays where it was.
        var made = nn.Linear(inputs, outputs, hasBias, META);
        if (NewWeights.Device is not null)
            return made;
        using Parameter? weight = made.weight,
            bias = made.bias;
        made.weight = Weight([outputs, inputs]);
        if (hasBias)
            made.bias = Bias([outputs, inputs], outputs);
        return made;
    }

    /// <summary>The first weights of a layer.</summary>
    /// <param name="shape">The second dimension and those behind it are what a unit sees.</param>
    internal static Parameter Weight(long[] shape)
    {
        // As torch computes it: sqrt(3) times the gain of a leaky ReLU of slope sqrt(5), over the root of the inputs.
        var bound = Math.Sqrt(3) * (Math.Sqrt(2.0 / (1 + Math.Pow(Math.Sqrt(5), 2))) / Math.Sqrt(Inputs(shape)));
        return Within(bound, shape);
    }

    /// <summary>The first biases of a layer whose weights have this shape.</summary>
    internal static Parameter Bias(long[] shape, long outputs) => Within(1 / Math.Sqrt(Inputs(shape)), [outputs]);

    /// <summary>Weights that are all 0.</summary>
    internal static Parameter Zeros(params long[] shape) => new(zeros(shape, device: NewWeights.Device).DetachFromDisposeScope());

    /// <summary>Draws weights anew, from N(0, deviation^2).</summary>
    internal static void Normal(Parameter weight, double deviation)
    {
        using var noGradient = no_grad();
        if (NewWeights.Device is null)
            weight.normal_(0, deviation, RandomDraws.Generator);
    }

    private static Parameter Within(double bound, long[] shape)
    {
        var values = empty(shape, device: NewWeights.Device);
        if (NewWeights.Device is null)
            values.uniform_(-bound, bound, RandomDraws.Generator);
        return new(values.DetachFromDisposeScope());
    }

    private static long Inputs(long[] shape) => shape[1..].Aggregate(1L, (product, length) => product * length);
}

/// <summary>Dropout by the seed of the call under way (<see cref="RandomOperations.DropOut"/>); outside training it leaves everything as it is.</summary>
/// <param name="probability">Probability that a number is set to 0, at least 0 and below 1.</param>
public sealed class SeededDropout(double probability) : nn.Module<Tensor, Tensor>("Dropout")
{
    /// <inheritdoc/>
    // Another handle of the same numbers: a sequence of layers disposes of what each was given.
    public override Tensor forward(Tensor x) => training && probability > 0 ? x.DropOut(probability) : x.alias();
}
