using Isthmus.Training;

namespace Isthmus.Tracking;

/// <summary>Names of an epoch's figures in a tracker.</summary>
internal static class TrackedScalars
{
    /// <summary>Number of an epoch's figures.</summary>
    public const int Count = 7;

    /// <summary>The figures of an epoch, nats a record, in the order of a page.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(EpochMetrics epoch) =>
        [
            new("train/loss_nats", epoch.TrainLossNats),
            new("train/distortion_nats", epoch.TrainDistortionNats),
            new("train/rate_nats", epoch.TrainRateNats),
            new("validation/loss_nats", epoch.ValidationLossNats),
            new("validation/distortion_nats", epoch.ValidationDistortionNats),
            new("validation/rate_nats", epoch.ValidationRateNats),
            new("learning_rate", epoch.LearningRate),
        ];
}
