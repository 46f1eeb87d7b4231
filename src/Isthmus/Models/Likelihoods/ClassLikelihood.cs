using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// p(y|z) over the C classes of a record's label, softmax outputs of the decoder: -ln p is the cross-entropy in nats, and the record itself is not
/// reconstructed. With a rate this is the deep variational information bottleneck (Alemi et al. 2017): min E[-ln p(y|z)] + beta KL(q(z|x) || p(z)). The label
/// follows a record's D numbers as C more.
/// </summary>
/// <param name="record">Numbers in a record, D.</param>
/// <param name="classes">Number of classes, C.</param>
public sealed class ClassLikelihood(int record, int classes) : Likelihood("classes", classes, 1)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "classes",
        "the record's label from its code, not the record",
        [KnownLabel.Target],
        context => new ClassLikelihood(context.Schema.Dimension, context.Labels.Single().Classes.Count)
    );

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override bool IsOfRecord => false;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => (Labels(x) * parameters.log_softmax(-1)).sum(-1);

    /// <summary>Returns the label of each record as C numbers.</summary>
    /// <exception cref="InvalidInputException">The records have none.</exception>
    public Tensor Labels(Tensor x) =>
        x.shape[^1] == record + Dimension
            ? x.narrow(-1, record, Dimension)
            : throw new InvalidInputException(
                "The model",
                "predicts labels, and the records have none to hold its predictions against",
                "give data with the label that it was trained on"
            );

    /// <summary>Returns p(y|z) of every class.</summary>
    public override Tensor Mean(Tensor parameters) => parameters.softmax(-1);

    /// <inheritdoc/>
    public override Tensor Mode(Tensor parameters) => nn.functional.one_hot(parameters.argmax(-1), Dimension).to(parameters.dtype);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters) =>
        nn.functional.one_hot(parameters.softmax(-1).reshape(-1, Dimension).Choices(1).view(parameters.shape[..^1]), Dimension).to(parameters.dtype);
}
