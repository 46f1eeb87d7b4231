namespace Isthmus.Models.Primitives;

/// <summary>Course of training by the validation records, nats a record: it shows whether training ended too early.</summary>
/// <param name="FirstNats">Loss after the first epoch, as early stopping weighs it.</param>
/// <param name="HalfwayNats">Loss after half of the epochs.</param>
/// <param name="LastNats">Loss after the last epoch.</param>
/// <param name="KeptNats">Distortion + rate, unweighted, after the epoch whose weights were kept.</param>
public sealed record LearningCourse(double FirstNats, double HalfwayNats, double LastNats, double KeptNats)
{
    // The second half of a training that is nearly done adds a few parts in a hundred to what the first half gained.
    private const double LeastShare = 0.05;

    /// <summary>Summarises the course of a training.</summary>
    /// <param name="weighed">Loss after each epoch, as early stopping weighs it; at least one.</param>
    /// <param name="kept">Distortion + rate after the epoch whose weights were kept.</param>
    public static LearningCourse Of(IReadOnlyList<double> weighed, double kept) =>
        new(weighed[0], weighed[Math.Max(0, weighed.Count / 2 - 1)], weighed[^1], kept);

    /// <summary>Decrease of the loss in the second half of the epochs, nats.</summary>
    public double LateGainNats => HalfwayNats - LastNats;

    /// <summary>True if the second half of the epochs still brought more than a twentieth of all that was gained since the first.</summary>
    public bool IsStillFalling => LateGainNats > 0 && LateGainNats > LeastShare * (FirstNats - LastNats);
}
