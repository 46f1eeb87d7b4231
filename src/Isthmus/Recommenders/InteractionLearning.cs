using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>Models of histories are judged by what they predict of each beyond what they are shown.</summary>
internal sealed class InteractionLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("interactions of users and items", "name the columns of the table with --user and --item, or ", "recommenders");

    /// <summary>What is dropped of a history in training is not there to be restored.</summary>
    public override bool ValidatesCorrupted => false;

    /// <inheritdoc/>
    public override FoldIn HeldOut(Dataset validation, int seed) => FoldIn.Of(validation, seed);

    /// <summary>What has been seen is out of the question.</summary>
    public override Tensor Completed(Tensor logits, Tensor seen) => MultinomialLikelihood.WithoutSeen(logits, seen);
}
