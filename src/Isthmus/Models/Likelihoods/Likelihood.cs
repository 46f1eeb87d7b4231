using Isthmus.Compute;
using Isthmus.Models.Gradients;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>Distribution p(x|z) given by the decoder's output. Records are on the model's scale: pixels in [0, 1], table columns standardised.</summary>
/// <param name="name">Name of the module.</param>
/// <param name="dimension">Numbers in a record, D.</param>
/// <param name="parametersPerDimension">Number of the decoder's outputs for each of them, P.</param>
public abstract class Likelihood(string name, int dimension, int parametersPerDimension) : nn.Module(name)
{
    /// <summary>Numbers in a record, D.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>True if it is of the record's own numbers; false if it is of a label.</summary>
    public virtual bool IsOfRecord => true;

    /// <summary>Number of the decoder's outputs for each of them, P; its output is ... x (P D), parameter after parameter.</summary>
    public int ParametersPerDimension { get; } = parametersPerDimension;

    /// <summary>Number of the decoder's outputs for a record: P D, unless columns need different numbers of them.</summary>
    public virtual int ParameterWidth => ParametersPerDimension * Dimension;

    /// <summary>Largest number of values that <see cref="LogProbability"/> holds at once for each of D, by which a batch is sized to fit the cache.</summary>
    public virtual int NumbersPerDimension => ParametersPerDimension;

    /// <summary>True if p(x|z) is a probability (bits that a coder can spend); false if it is a density (whose bits depend on the unit of x).</summary>
    public abstract bool IsDiscrete { get; }

    /// <summary>
    /// Returns ln p(x|z) in nats, constants included, summed over the D numbers. The leading axes broadcast: x may be N x D and the parameters K x N x (P D).
    /// </summary>
    public abstract Tensor LogProbability(Tensor x, Tensor parameters);

    /// <summary>Returns ln p of each of the D numbers, nats, ... x D; null unless they are independent given z, so that these add up.</summary>
    internal virtual Tensor? LogProbabilityOfEach(Tensor x, Tensor parameters) => null;

    /// <summary>Returns E[x|z], ... x D.</summary>
    public abstract Tensor Mean(Tensor parameters);

    /// <summary>Returns the most probable x, ... x D.</summary>
    public abstract Tensor Mode(Tensor parameters);

    /// <summary>Draws from p(x|z), ... x D, by torch's generator.</summary>
    public abstract Tensor Sample(Tensor parameters);

    /// <summary>Returns the distortion of records with its gradient. By default autograd finds it.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="parameters">The decoder's output, in any precision.</param>
    /// <param name="step">The present step.</param>
    internal virtual DistortionPullback Pullback(Tensor x, Tensor parameters, GradientStep step)
    {
        using var gradients = enable_grad();
        var leaf = parameters.to(ScalarType.Float32).detach().requires_grad_(true);
        var distortion = -LogProbability(x, leaf).sum();
        distortion.Over(step.BatchSize).backward();
        return new(distortion.item<float>(), leaf.grad!);
    }

    /// <summary>True if <see cref="Pullback"/> may be given a slice of a batch, by several threads at once.</summary>
    internal virtual bool IsSeparable => false;

    /// <summary>Splits the decoder's output into P tensors of ... x D.</summary>
    protected Tensor[] Split(Tensor parameters) => parameters.chunk(ParametersPerDimension, -1);
}
