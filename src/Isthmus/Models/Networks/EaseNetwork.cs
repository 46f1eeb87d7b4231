using System.Runtime.InteropServices;
using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// EASE (Steck 2019): a linear autoencoder without a code that may not copy, B = argmin |X - X B|^2 + l |B|^2 with a
/// diagonal of 0. Its solution is closed: with P = (X'X + l I)^-1, B_ij = -P_ij / P_jj for i other than j. The code is the
/// history itself. EASE scores s = x B are no logits; the decoder's are a asinh(s / b), which grow with s (the ranking is
/// EASE's) and like a ln s where s is large (s is about the probability of an interaction). a and b are the most likely on
/// validation users, so that scores are bits like any model's. Memory: items squared numbers, three times.
/// </summary>
public static class EaseNetwork
{
    // Weights of more items do not fit into one part of a model file, 2 GB.
    private const int MostItems = 23_000;
    internal static readonly Setting<double> Penalty = SettingKinds.Number("l2", 200, "weight of the sum of squares of the item-item weights", least: 1e-6);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new("ease", "linear item-item weights in closed form; for counts", [Penalty], _ =>
        Create
    )
    {
        IsClosedForm = true,
    };

    private static EncoderDecoder Create(NetworkContext context)
    {
        var items = context
            .Part.Schema.Demand<CountSchema>(
                $"{OptionNames.Value("net", "ease")} is for counts, and this is {context.Part.Schema}",
                $"take {OptionNames.Give("net", "mlp")}"
            )
            .Dimension;
        if (context.HeadWidth != items)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "ease")}",
                "has the history itself for a code",
                $"leave {OptionNames.Give("latent")} out, or give {OptionNames.Value("latent", items)}, and take "
                    + $"{OptionNames.Value("bottleneck", "deterministic")}",
                OptionNames.Key("net")
            );
        if (items > MostItems)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "ease")}",
                $"keeps items x items weights, and {items} items are more than the {MostItems} that a model file has room for",
                $"raise {OptionNames.MinPerItem}, or take {OptionNames.Model("mult-vae")}",
                OptionNames.MinPerItem
            );
        return new(nn.Identity(), new Weights(items, context.Part.Get(Penalty)));
    }

    /// <summary>Map from x to a asinh(x B / b).</summary>
    internal sealed class Weights : nn.Module<Tensor, Tensor>, IClosedForm
    {
        // What is looked at for a and b; a score is about the probability of an interaction.
        private const double LeastSlope = 1e-2,
            MostSlope = 1e2;
        private static readonly double[] Knees = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1];

        [ComponentName(Name = "weight")]
        private readonly Tensor _weight;

        [ComponentName(Name = "link")]
        private readonly Tensor _link;

        private readonly double _penalty;

        public Weights(int items, double penalty)
            : base("ease")
        {
            _penalty = penalty;
            _weight = zeros(items, items, device: NewWeights.Device).DetachFromDisposeScope();
            _link = ones(2, device: NewWeights.Device).DetachFromDisposeScope();
            register_buffer("weight", _weight);
            register_buffer("link", _link);
        }

        /// <summary>Weights B.</summary>
        public Tensor Weight => _weight;

        /// <summary>Slope a.</summary>
        public float Slope => _link[0].item<float>();

        /// <summary>Knee b.</summary>
        public float Knee => _link[1].item<float>();

        public override Tensor forward(Tensor x) => _link[0] * (x.matmul(_weight) / _link[1]).asinh();

        public void Solve(Dataset train, Tensor seen, Tensor heldOut, CancellationToken cancellationToken)
        {
            using var noGradient = no_grad();
            SolveWeights(train, cancellationToken);
            FitLink(seen, heldOut);
        }

        private void SolveWeights(Dataset train, CancellationToken cancellationToken)
        {
            using var scope = NewDisposeScope();
            var gram = Gram(train).to(_weight.device);
            gram.diagonal().AddInPlace(_penalty);
            cancellationToken.ThrowIfCancellationRequested();
            var factor = linalg.cholesky(gram);
            gram.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var inverse = cholesky_inverse(factor);
            factor.Dispose();
            inverse.div_(-inverse.diagonal().clone());
            inverse.diagonal().zero_();
            _weight.copy_(inverse);
        }

        private static Tensor Gram(Dataset train)
        {
            var (products, items) = (new ItemProducts(train), train.Schema.Dimension);
            var gram = empty(items, items);
            for (var item = 0; item < items; item++)
            {
                using var row = gram.select(0, item);
                products.CopyRow(item, MemoryMarshal.Cast<byte, float>(row.bytes));
            }
            return gram;
        }

        /// <summary>
        /// Fits the a and b under which the held-out interactions are most likely. For a given b, the slope of -ln p in a only grows, and is 0 at the best.
        /// </summary>
        private void FitLink(Tensor seen, Tensor heldOut)
        {
            using var scope = NewDisposeScope();
            var scores = seen.matmul(_weight);
            var least = double.PositiveInfinity;
            foreach (var knee in Knees)
            {
                using var inner = NewDisposeScope();
                var (low, high, curved) = (LeastSlope, MostSlope, scores.Over(knee).asinh());
                for (var i = 0; i < 20; i++)
                {
                    var middle = Math.Sqrt(low * high);
                    (low, high) = Descent(curved, middle, seen, heldOut) < 0 ? (middle, high) : (low, middle);
                }
                var nats = -MultinomialLikelihood
                    .LogProbabilityInOrder(heldOut, MultinomialLikelihood.WithoutSeen(curved.Times(low), seen))
                    .sum()
                    .item<float>();
                if (nats >= least)
                    continue;
                least = nats;
                (_link[0], _link[1]) = (low, knee);
            }
        }

        private static double Descent(Tensor curved, double slope, Tensor seen, Tensor heldOut)
        {
            using var scope = NewDisposeScope();
            var expected = (MultinomialLikelihood.WithoutSeen(curved.Times(slope), seen).softmax(-1) * curved).sum(-1);
            return (heldOut.sum(-1) * expected - (heldOut * curved).sum(-1)).sum().item<float>();
        }
    }
}
