using Isthmus.Models.Flows;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>
/// z = f(e), e ~ N(mean(x), diag variance(x)), f an <see cref="AutoregressiveFlow"/> that also sees a context from the encoder
/// (IAF, Kingma et al. 2016): ln q(z|x) = ln q(e|x) - ln |det df/de|. The head holds L means, L log variances and the context. A
/// draw and its ln q are one pass; ln q of a z from elsewhere takes L passes a step.
/// </summary>
public sealed class InverseAutoregressivePosteriorFamily : PosteriorFamily
{
    internal static readonly Setting<int> Context = SettingKinds.Whole("flow-context", 64, "numbers that the encoder gives to each step of the flow", 1, 65536);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<PosteriorFamily> Part = new(
        "inverse-autoregressive-flow",
        "a Gaussian bent by an autoregressive flow (IAF)",
        [AutoregressiveFlow.Steps, AutoregressiveFlow.Hidden, Context],
        context => new InverseAutoregressivePosteriorFamily(
            context.Latent,
            context.Get(AutoregressiveFlow.Steps),
            context.Get(AutoregressiveFlow.Hidden),
            context.Get(Context)
        )
    )
    {
        Code = CodeKind.Reparameterised,
    };

    private readonly int _context;

    [ComponentName(Name = "flow")]
    private readonly AutoregressiveFlow _flow;

    /// <summary>Creates a family that begins as the diagonal Gaussian.</summary>
    public InverseAutoregressivePosteriorFamily(int latent, int steps, int hidden, int context)
        : base("inverse-autoregressive-flow", latent)
    {
        (_context, _flow) = (context, new(latent, steps, hidden, context));
        RegisterComponents();
    }

    /// <summary>Numbers that the encoder gives to each step of the flow.</summary>
    internal int ContextWidth => _context;

    /// <summary>The flow.</summary>
    internal AutoregressiveFlow Flow => _flow;

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent + _context;

    /// <inheritdoc/>
    public override ReparameterisedPosterior Of(Tensor head) =>
        new Bent(DiagonalPosteriorFamily.Gaussian(head.narrow(-1, 0, 2 * Latent)), head.narrow(-1, 2 * Latent, _context), _flow);

    private sealed record Bent(DiagonalGaussian Start, Tensor Context, AutoregressiveFlow Flow) : ReparameterisedPosterior
    {
        /// <summary>The code that the start's mean is mapped to.</summary>
        public override Tensor Mean => Flow.Forward(Start.Mean, Context).Y;

        protected override Tensor Like => Start.Mean;

        public override PosteriorDraw At(Tensor noise)
        {
            var start = Start.At(noise);
            var (z, logDeterminant) = Flow.Forward(start.Z, Context);
            return new(z, start.LogProbability - logDeterminant);
        }

        public override Tensor LogProbability(Tensor z)
        {
            var start = Flow.Inverse(z, Context);
            return Start.LogProbability(start) - Flow.Forward(start, Context).LogDeterminant;
        }
    }
}
