using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Processes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// Fixed division of a batch of N records into S shares: share s holds records floor(N s / S) to floor(N (s + 1) / S) - 1. Each has a gradient of its own, and
/// the gradients are summed in the order of shares, so that the weights do not depend on who computes which.
/// </summary>
internal static class TrainingShares
{
    /// <summary>Returns the settings with the number of shares said where several processes train: by default one for each thread of each.</summary>
    public static Settings Said(Settings settings, Communicator ranks, int threads) =>
        ranks.Count == 1 || settings.Get(TrainingSettings.Shares) > 0 ? settings : settings.With<int>(TrainingSettings.Shares, ranks.Count * threads);

    /// <summary>Returns the number of shares for a model, checked; 0 if a batch is divided among the threads of this process as they are.</summary>
    /// <exception cref="InvalidInputException">The model's loss looks at a batch as a whole, or the shares cannot be dealt out.</exception>
    public static int Of(Settings settings, Autoencoder model, int batch, Device device, Communicator ranks)
    {
        var shares = settings.Get(TrainingSettings.Shares);
        if (shares == 0)
            return 0;
        var given = (Wording)$"{OptionNames.Value(TrainingSettings.Shares.Key, shares)}";
        if (shares % ranks.Count != 0)
            throw Refused(
                $"cannot be dealt out evenly to {ranks.Count} processes",
                $"give {OptionNames.Give(TrainingSettings.Shares.Key, (shares / ranks.Count + 1) * ranks.Count)}, or start as many processes as divide it"
            );
        if (shares > batch)
            throw Refused(
                $"is more than the {batch} records in a step",
                $"give {OptionNames.Give(TrainingSettings.Shares.Key, batch / ranks.Count * ranks.Count)} or less, or a larger {OptionNames.Give("batch-size")}"
            );
        if (device.type != DeviceType.CPU)
            throw Refused($"is for the CPU, and this is {device.type}", $"train on the CPU, or leave {OptionNames.Key(TrainingSettings.Shares.Key)} out");
        if (WholeBatch(settings, model) is { } reason)
            throw Refused(
                $"does not go with {reason}, as a share of a batch cannot stand for the whole",
                ranks.Count > 1 ? (Wording)"train it in one process" : $"leave {OptionNames.Key(TrainingSettings.Shares.Key)} out"
            );
        return shares;

        InvalidInputException Refused(Wording problem, Wording remedy) => new(given, problem, remedy, OptionNames.Key(TrainingSettings.Shares.Key));
    }

    /// <summary>Returns the setting by which a training looks at batches as a whole; null if its loss is a mean over records.</summary>
    private static Wording? WholeBatch(Settings settings, Autoencoder model)
    {
        Wording? Chosen(Setting setting) => (Wording)$"{OptionNames.Value(setting.Key, settings.Values.GetValueOrDefault(setting.Key, setting.DefaultText))}";
        return settings.Get(TrainingSettings.EncoderEpochs) > 0 ? Chosen(TrainingSettings.EncoderEpochs)
            : settings.Get(TrainingSettings.EncoderSteps) > 0 ? Chosen(TrainingSettings.EncoderSteps)
            : model.Bottleneck is GaussianBottleneck { Posterior: BatchNormalisedPosteriorFamily } ? Chosen(ModelSpecification.Posterior)
            : !model.Bottleneck.IsMeanOverRecords ? Chosen(ModelSpecification.Bottleneck)
            : model.Objective is ElboObjective { Penalty.IsMeanOverRecords: false } ? Chosen(ModelSpecification.Penalty)
            : model.Objective is ElboObjective { FreeNats: > 0 } ? Chosen(ElboObjective.FreeNatsSetting)
            : model.Objective is ElboObjective { Capacity: > 0 } ? Chosen(ElboObjective.CapacitySetting)
            : !model.Objective.IsMeanOverRecords ? Chosen(ModelSpecification.Objective)
            : model.modules().OfType<BatchNorm>().Any() ? (Wording)"batch normalisation"
            : null;
    }
}
