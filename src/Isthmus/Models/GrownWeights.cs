using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// Weights of a trained model in one of a schema with more items or categories. Each number of a record has its weights in the encoder's first layer and in the
/// decoder's last; those of a new one are copied from the number that stood for it, or are the mean over all, so that a new item is at first an average one.
/// </summary>
internal static class GrownWeights
{
    /// <summary>Copies all weights and running statistics.</summary>
    /// <param name="known">The trained model.</param>
    /// <param name="schema">Schema of the other model: the trained model's, or one that has more.</param>
    /// <param name="into">The other model, of the same parts.</param>
    public static void Copy(TrainedModel known, DataSchema schema, Autoencoder into)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var learning = RecordLearning.Of(schema);
        Lazy<IReadOnlyList<int>> encoder = new(() => learning.Beginnings(known.Specification.Schema, schema, ofEncoder: true)),
            decoder = new(() => learning.Beginnings(known.Specification.Schema, schema, ofEncoder: false));
        var from = known.Network.state_dict();
        foreach (var (name, target) in into.state_dict())
        {
            var source = from[name];
            foreach (var axis in Enumerable.Range(0, target.shape.Length).Where(axis => source.shape[axis] != target.shape[axis]).ToArray())
                source = Grown(source, axis, (name.StartsWith("decoder", StringComparison.Ordinal) ? decoder : encoder).Value);
            target.copy_(source);
        }
    }

    /// <summary>Returns the numbers at the places given along an axis; for -1 the mean over all.</summary>
    private static Tensor Grown(Tensor source, int axis, IReadOnlyList<int> beginnings)
    {
        var known = source.shape[axis];
        var places = beginnings.Select(place => place < 0 ? known : place).ToArray();
        return cat([source, source.mean([axis], keepdim: true)], axis).index_select(axis, tensor(places, device: source.device));
    }
}
