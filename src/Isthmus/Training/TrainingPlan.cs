using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;

namespace Isthmus.Training;

/// <summary>
/// Length of training, fixed for a number of records. By default, batches, epochs and patience fit the data: a table of 300 rows needs smaller batches and more
/// passes than 50,000 pictures for the same number of steps.
/// </summary>
/// <param name="BatchSize">Records a step: as set, or as the preset prefers where the records make four batches of it, or 128, or an eighth of the records if
/// that is less.</param>
/// <param name="StepsPerEpoch">Whole batches in the records.</param>
/// <param name="Epochs">Epoch limit: as set, or 60, or as many as make 5,000 steps if that is more.</param>
/// <param name="Patience">Epochs without improvement: as set, or a third of the limit.</param>
/// <param name="LearningRateWarmUp">Steps until the full step size: as set, at most a tenth of all.</param>
internal sealed record TrainingPlan(int BatchSize, int StepsPerEpoch, int Epochs, int Patience, int LearningRateWarmUp)
{
    private const int UsualBatch = 128,
        UsualEpochs = 60,
        LeastSteps = 5000,
        LeastBatches = 4;

    /// <summary>Number of steps to the epoch limit.</summary>
    public double Steps => (double)StepsPerEpoch * Epochs;

    /// <summary>Makes the plan for <paramref name="train"/> from the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="train">The records.</param>
    /// <param name="usualOfPreset">The batch that the preset prefers, 0 for none; unlike one that was asked for, it gives way where the records make fewer than
    /// four of it.</param>
    /// <exception cref="InvalidInputException">The batch that was set is larger than the data, or one record where batches are normalised.</exception>
    public static TrainingPlan For(Settings settings, Dataset train, int usualOfPreset = 0)
    {
        var batch = settings.Get(TrainingSettings.BatchSize);
        if (batch == usualOfPreset && (long)LeastBatches * batch > train.Count)
            batch = 0;
        if (batch > train.Count)
            throw new InvalidInputException(
                $"{OptionNames.Value("batch-size", batch)}",
                $"is larger than the {train.Count} training records of {train.Name}",
                $"give {OptionNames.Give("batch-size", Math.Max(1, train.Count / 4))} or less",
                OptionNames.Key("batch-size")
            );
        // Means that are normalised over a batch need two records at least.
        var isNormalised = settings.Get(ModelSpecification.Posterior) == BatchNormalisedPosteriorFamily.Part.Name;
        if (batch == 0)
            batch = Math.Clamp(train.Count / 8, isNormalised && train.Count > 1 ? 2 : 1, UsualBatch);
        if (batch == 1 && isNormalised)
            throw new InvalidInputException(
                $"{OptionNames.Value(ModelSpecification.Posterior.Key, BatchNormalisedPosteriorFamily.Part.Name)}",
                $"needs batches of several records, as one record has no deviation, and a batch is 1 of the {train.Count} training records here",
                $"give a larger {OptionNames.Give("batch-size")}, or "
                    + $"{OptionNames.Give(ModelSpecification.Posterior.Key, ModelSpecification.Posterior.Default)}",
                OptionNames.Key(ModelSpecification.Posterior.Key)
            );
        if (batch == 1 && (settings.Get(MlpNetwork.Normalisation) == "batch" || settings.Get(TopicNetwork.HeadNormalisation) == "batch"))
            throw new InvalidInputException(
                $"{OptionNames.Value("norm", "batch")}",
                $"needs batches of several records, as one record has no variance, and a batch is 1 of the {train.Count} training records here",
                $"give {OptionNames.Give("norm", "layer")} or a larger {OptionNames.Give("batch-size")}",
                OptionNames.Key("norm")
            );
        var steps = train.Count / batch;
        var epochs = settings.Get(TrainingSettings.Epochs) is > 0 and var set ? set : Math.Max(UsualEpochs, (LeastSteps + steps - 1) / steps);
        var patience = settings.Get(TrainingSettings.Patience) is > 0 and var asked ? asked : Math.Max(1, epochs / 3);
        var warmUp = Math.Min(settings.Get(TrainingSettings.LearningRateWarmUp), (long)steps * epochs / 10);
        return new(batch, steps, epochs, patience, (int)warmUp);
    }
}
