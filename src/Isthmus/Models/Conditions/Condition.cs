using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Conditions;

/// <summary>
/// Labels given to encoder and decoder besides the record: its classes, which follow its D numbers in a batch as C more (conditional VAE, Sohn et al. 2015).
/// </summary>
/// <param name="Dimension">Numbers in a record, D.</param>
/// <param name="Sizes">Number of classes of each given label, C in total.</param>
public sealed record Condition(int Dimension, IReadOnlyList<int> Sizes)
{
    /// <summary>No condition.</summary>
    public static readonly Part<Condition?> None = new("none", "nothing", [], _ => null);

    /// <summary>Condition on one label, or several.</summary>
    public static readonly Part<Condition?> Label = new("label", "the record's label, or several", [KnownLabel.Target], context => new Condition(
        context.Schema.Dimension,
        [.. context.Labels.Select(label => label.Classes.Count)]
    ));

    /// <summary>Total number of classes, C.</summary>
    public int Width { get; } = Sizes.Sum();

    /// <summary>Returns the records alone, ... x D.</summary>
    public Tensor Record(Tensor x) => x.narrow(-1, 0, Dimension);

    /// <summary>Returns their labels, ... x C.</summary>
    public Tensor Given(Tensor x) => x.narrow(-1, Dimension, Width);

    /// <summary>
    /// Returns labels for <paramref name="count"/> rows, count x C: for each label the class number asked for or, if there is none, the classes in turn, those
    /// of the first label fastest.
    /// </summary>
    public Tensor InTurn(int count, IReadOnlyList<int?>? places, Device? device)
    {
        using var scope = NewDisposeScope();
        List<Tensor> each = [];
        var period = 1L;
        foreach (var (label, size) in Sizes.Index())
        {
            long[] classes = [.. Enumerable.Range(0, count).Select(record => places?[label] ?? record / period % size)];
            each.Add(nn.functional.one_hot(tensor(classes, device: device), size));
            period = places?[label] is null ? Math.Min(int.MaxValue, period * size) : period;
        }
        return cat([.. each], 1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Joins codes and labels, ... x (L + C).</summary>
    public Tensor Joined(Tensor z, Tensor given) => cat([z, given.to(z.dtype).expand([.. z.shape[..^1], Width])], -1);
}
