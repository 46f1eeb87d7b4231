using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>Scores all items for a user's history; a higher score ranks first.</summary>
public abstract class Recommender
{
    /// <summary>Name of the recommender in tables.</summary>
    public abstract string Name { get; }

    /// <summary>True if a softmax over the scores is the probability of the next item.</summary>
    public abstract bool IsProbabilistic { get; }

    /// <summary>Returns N x D scores, also of the items in the histories.</summary>
    public abstract Tensor Scores(Dataset histories, ReadOnlySpan<int> users);
}

/// <summary>Recommender by a model: the decoder's logits at the mean code of a history.</summary>
public sealed class ModelRecommender(TrainedModel trained, Device? device = null) : Recommender
{
    /// <inheritdoc/>
    public override string Name => trained.Specification.Preset;

    /// <inheritdoc/>
    public override bool IsProbabilistic => true;

    /// <inheritdoc/>
    public override Tensor Scores(Dataset histories, ReadOnlySpan<int> users)
    {
        using var scope = NewDisposeScope();
        return trained.Network.Decode(trained.Network.Encode(TensorBatches.Gather(histories, users, device), sample: false).Z).MoveToOuterDisposeScope();
    }
}

/// <summary>Recommender by popularity, the same for every user. Scores are ln of the number of training users of an item.</summary>
public sealed class MostPopular(ItemProducts items, int count) : Recommender
{
    private readonly float[] _scores = [.. Enumerable.Range(0, count).Select(item => MathF.Log(Math.Max(items.RecordsWith(item), 0.5f)))];

    /// <inheritdoc/>
    public override string Name => "most-popular";

    /// <inheritdoc/>
    public override bool IsProbabilistic => true;

    /// <inheritdoc/>
    public override Tensor Scores(Dataset histories, ReadOnlySpan<int> users) => tensor(_scores).unsqueeze(0).expand(users.Length, _scores.Length);
}
