using Isthmus.Compute;
using Isthmus.Topics;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>The topics of a model of documents, in the plane.</summary>
internal static class TopicViews
{
    /// <summary>Returns the topics in the plane of the two greatest variances of sqrt p(word | only topic k), where distances are Hellinger's.</summary>
    public static TopicMap? Of(ModelViews views, int words, int documents)
    {
        if (views.Model.Topics is not { } decoder)
            return null;
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var (points, shown) = ModelViews.PrincipalPlane(decoder.LogProbabilities().Times(0.5).exp().cpu());
        return new(
            [
                .. DocumentTopic
                    .Of(views.Trained, views.Test, words, documents, views.Device)
                    .Select(topic => (topic, points[topic.Number].X, points[topic.Number].Y)),
            ],
            shown
        );
    }
}
