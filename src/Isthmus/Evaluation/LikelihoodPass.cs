using Isthmus.Compute;
using Isthmus.Models.Gradients;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// ln p(x|z) of many codes, without a graph: blocks of codes go through the decoder's stages and one pass of the
/// likelihood, shared by all threads. Blocks do not depend on the number of threads, and so neither do the numbers.
/// </summary>
/// <remarks>
/// In bfloat16 each logit is off by some 2^-9 of its size, at random: over D pixels that mostly cancels. Whether it does is
/// not believed but seen: <see cref="For"/> compares both precisions on draws for the first records, and takes float32
/// if the figure would move by more than <see cref="MostShift"/>.
/// </remarks>
internal sealed class LikelihoodPass : IDisposable
{
    /// <summary>Nats by which bfloat16 may move a mean of ln p(x).</summary>
    public const double MostShift = 0.02;

    // The widest activations of a block, 800 KB in bfloat16 at 784 pixels, stay in a core's own cache.
    private const int BlockRows = 512;

    private readonly RowLikelihood _likelihood;
    private readonly ThreadTeam _team;
    private readonly SliceContext[] _contexts;
    private readonly ManualLayer[] _decoders;
    private readonly TensorThreads? _one;

    /// <summary>A pass in one precision. Until it is disposed of, the tensor library has one thread on the calling thread.</summary>
    public LikelihoodPass(Autoencoder model, bool inBfloat16)
    {
        _likelihood = (RowLikelihood)model.Likelihood;
        var threads = get_num_threads();
        _contexts = [.. Enumerable.Range(0, threads).Select(_ => new SliceContext(inBfloat16))];
        _decoders = [.. _contexts.Select(context => ManualLayer.Of(model.Decoder, context))];
        _team = new(threads);
        _one = TensorThreads.Use(1);
    }

    /// <summary>Returns the fastest pass that keeps the results; null if a part is not known.</summary>
    /// <param name="model">A variational model.</param>
    /// <param name="device">Device for the computation.</param>
    /// <param name="x">Some records to try.</param>
    public static LikelihoodPass? For(Autoencoder model, Device? device, Tensor x)
    {
        if (
            device is not null and not { type: TorchSharp.DeviceType.CPU }
            || model.Likelihood is not RowLikelihood
            || model.Condition is not null
            || !ManualLayer.IsSeparable(model.Decoder)
        )
            return null;
        return new(model, ProcessorSupport.MultipliesBfloat16 && Shift(model, x) <= MostShift);
    }

    /// <summary>
    /// Returns the change of ln of a mean of weights: by the mean of d, the difference of ln p(x|z) between the precisions, and by half its mean square as far
    /// as it is random.
    /// </summary>
    private static double Shift(Autoencoder model, Tensor x)
    {
        const int Draws = 8;
        using var scope = NewDisposeScope();
        var z = model.Encode(x, sample: false).Posterior!.Sample(Draws);
        Tensor Of(bool inBfloat16)
        {
            using var pass = new LikelihoodPass(model, inBfloat16);
            return pass.LogProbability(x, z);
        }
        var difference = Of(inBfloat16: true) - Of(inBfloat16: false);
        return Math.Abs(difference.mean().item<float>()) + 0.5 * difference.Square().mean().item<float>();
    }

    /// <summary>Returns ln p(x|z), nats, K x N.</summary>
    /// <param name="x">Records, N x D.</param>
    /// <param name="z">Codes, K x N x L.</param>
    public Tensor LogProbability(Tensor x, Tensor z)
    {
        var rows = (int)(z.shape[0] * z.shape[1]);
        var codes = z.reshape(rows, z.shape[2]);
        var result = empty(z.shape[0], z.shape[1]);
        _team.Run(thread =>
        {
            // Of each thread its own: buffers that were made under the caller's can only be written under one.
            using var inference = inference_mode();
            for (var first = thread * BlockRows; first < rows; first += _team.Count * BlockRows)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(BlockRows, rows - first);
                _likelihood.LogProbabilities(
                    x,
                    _decoders[thread].Forward(codes.narrow(0, first, count)),
                    first,
                    TensorMemory.Of<float>(result).Slice(first, count)
                );
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _one?.Dispose();
        Array.ForEach(_contexts, context => context.Dispose());
    }
}
