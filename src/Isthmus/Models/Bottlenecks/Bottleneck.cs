using Isthmus.Models.Gradients;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>Part that turns the encoder's output into a code and charges for it, in nats.</summary>
public abstract class Bottleneck(string name, int latent) : nn.Module(name)
{
    /// <summary>Numbers in a code, L.</summary>
    public int Latent { get; } = latent;

    /// <summary>Number of the encoder's outputs for a record.</summary>
    public virtual int HeadWidth => Latent;

    /// <summary>Prior p(z), if the charge is a Kullback-Leibler divergence from it; null if it is a penalty.</summary>
    public virtual Prior? Prior => null;

    /// <summary>True if there is a prior, so that -(distortion + rate) is an ELBO.</summary>
    public bool IsVariational => Prior is not null;

    /// <summary>True if codes are sparse by design, so that fractions of active units are meaningful.</summary>
    public virtual bool IsSparse => false;

    /// <summary>True if a code is one of countably many, so that a unit's variance cannot be compared with its prior's.</summary>
    public virtual bool IsDiscrete => false;

    /// <summary>Returns additional results of an evaluation for codes of this kind, from the codes N x L of its records.</summary>
    public virtual IEnumerable<Figure> Figures(Tensor codes) => [];

    /// <summary>Value above which a unit of a sparse code counts as active for a record.</summary>
    public virtual double ActiveAbove => 0;

    /// <summary>Returns the code of an encoder output, N x <see cref="HeadWidth"/>.</summary>
    /// <param name="head">The encoder's output.</param>
    /// <param name="sample">True to draw from q(z|x), if there is one (training, ELBO); false for its mean (features, reconstruction).</param>
    /// <param name="x">The clean records, N x D, for charges that depend on them; others do without.</param>
    public abstract Code Encode(Tensor head, bool sample, Tensor? x = null);

    /// <summary>Returns the code of <see cref="Encode"/> without a draw, and without its charge.</summary>
    public virtual Tensor MeanCode(Tensor head) => Encode(head, sample: false).Z;

    /// <summary>
    /// Returns q(z|x) alone, without charge, for bottlenecks whose codes are <see cref="CodeKind.Reparameterised"/>: for bounds that weight draws of it
    /// themselves.
    /// </summary>
    public virtual ReparameterisedPosterior PosteriorOf(Tensor head) => throw new NotSupportedException($"A {GetName()} code is no image of Gaussian noise.");

    /// <summary>
    /// Returns the code that standard normal noise becomes under q(z|x), or without noise a draw, with its charge: for bottlenecks whose posteriors are such
    /// maps.
    /// </summary>
    public virtual Code CodeOf(ReparameterisedPosterior posterior, Tensor? noise) =>
        throw new NotSupportedException($"A {GetName()} code is no image of Gaussian noise.");

    /// <summary>Called at the end of each turn of the encoder with the encoder as it is, for charges that depend on an earlier one.</summary>
    public virtual void Follow(nn.Module<Tensor, Tensor> encoder) { }

    /// <summary>Called once, when the model is assembled, for charges that depend on its other parts.</summary>
    public virtual void Attach(Autoencoder model) { }

    /// <summary>True if <see cref="Encode"/> runs the decoder in training, so that a step passes through it more than once. Default false.</summary>
    public virtual bool Decodes => false;

    /// <summary>True if <see cref="Encode"/> depends on the clean records. Default false.</summary>
    public virtual bool SeesRecords => false;

    /// <summary>
    /// True if the charges of a batch are the mean of charges of its records, each of which depends on its own record alone: a batch may then be cut in shares,
    /// on one process or several. Default false, which is always right.
    /// </summary>
    public virtual bool IsMeanOverRecords => false;

    /// <summary>Float32 numbers that <see cref="Encode"/> changes in training by the records it sees; null for none.</summary>
    internal virtual Tensor? Statistics => null;

    /// <summary>Returns the statistics after a batch from those before it and those after each of its shares alone.</summary>
    internal virtual Tensor MergedStatistics(Tensor before, IReadOnlyList<Tensor> after) => throw new NotSupportedException("There are no statistics.");

    /// <summary>Returns the code in training, drawn from q(z|x) if there is one, with the backward pass to the head. By default autograd finds it.</summary>
    /// <param name="head">The encoder's output, in any precision.</param>
    /// <param name="step">The present step.</param>
    internal virtual CodePullback Pullback(Tensor head, GradientStep step)
    {
        using var gradients = enable_grad();
        var leaf = head.to(ScalarType.Float32).detach().requires_grad_(true);
        var code = Encode(leaf, sample: true);
        var charge = step.Objective.Charge(code, step.Epoch);
        return new(code.Z.detach(), code.Rate.detach().sum().item<float>(), gradient =>
        {
            using var inner = enable_grad();
            code.Z.backward([gradient.to(ScalarType.Float32)], retain_graph: true);
            if (charge.requires_grad)
                charge.backward();
            return leaf.grad!;
        });
    }

    /// <summary>
    /// Returns the standard normal draws that <see cref="Pullback"/> needs for <paramref name="count"/> records; null if it draws by itself or not at all.
    /// </summary>
    internal virtual Tensor? Draw(long count, ElboObjective objective) => null;

    /// <summary>True if <see cref="Pullback"/> may be given a slice of a batch: records do not depend on each other, and noise comes from the step.</summary>
    internal virtual bool IsSeparable(ElboObjective objective) => false;

    /// <summary>Returns a charge of zero nats a record.</summary>
    protected static Tensor Free(Tensor head) => zeros(head.shape[0], dtype: head.dtype, device: head.device);
}
