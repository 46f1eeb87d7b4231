using static TorchSharp.torch;

namespace Isthmus.Models.Conditions;

/// <summary>What encoder and decoder are told of a record besides: its class, which stands behind its D numbers in a batch as C more (conditional VAE, Sohn et al. 2015).</summary>
/// <param name="Dimension">D.</param>
/// <param name="Classes">C.</param>
public sealed record Condition(int Dimension, int Classes)
{
    /// <summary>No condition.</summary>
    public static readonly Part<Condition?> None = new("none", "nothing", [], _ => null);

    /// <summary>The label.</summary>
    public static readonly Part<Condition?> Label = new("label", "the record's label", [KnownLabel.Target], context => new Condition(context.Schema.Dimension, context.KnownLabel.Classes.Count));

    /// <summary>The records alone, ... x D.</summary>
    public Tensor Record(Tensor x) => x.narrow(-1, 0, Dimension);

    /// <summary>What is given of them, ... x C.</summary>
    public Tensor Given(Tensor x) => x.narrow(-1, Dimension, Classes);

    /// <summary>One row for each class number.</summary>
    public Tensor Of(IReadOnlyList<int> classes, Device? device) => nn.functional.one_hot(tensor([.. classes.Select(place => (long)place)], device: device), Classes).to(ScalarType.Float32);

    /// <summary>Codes and what is given with them side by side, ... x (L + C).</summary>
    public Tensor Joined(Tensor z, Tensor given) => cat([z, given.to(z.dtype).expand([.. z.shape[..^1], Classes])], -1);
}
