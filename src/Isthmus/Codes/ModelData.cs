using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Codes;

/// <summary>A part of split data.</summary>
public enum DataPart
{
    /// <summary>What models are fitted on.</summary>
    Train,

    /// <summary>What chooses the epoch.</summary>
    Validation,

    /// <summary>What figures are reported on.</summary>
    Test,
}

/// <summary>Data read for a model: brought to its schema, and where the model was fitted on some of them, split as it was then.</summary>
/// <param name="Records">What the model is applied to.</param>
/// <param name="Train">What probes may be fitted on; null where the data has no parts.</param>
/// <param name="Part">Which part <paramref name="Records"/> is; null where they are all.</param>
public sealed record ModelData(Dataset Records, Dataset? Train, DataPart? Part)
{
    /// <summary>Whether the name is that of the data that the model was fitted on.</summary>
    public static bool IsTrainingData(string nameOrPath, Provenance provenance) =>
        nameOrPath == provenance.Data
        || (
            !DataSource.Names.Contains(nameOrPath)
            && !DataSource.Names.Contains(provenance.Data)
            && Path.GetFullPath(nameOrPath) == Path.GetFullPath(provenance.Data)
        );

    /// <summary>
    /// Of the data that the model was fitted on, and of published sets, one part: the test part unless another is asked for.
    /// Of other data, every record in order.
    /// </summary>
    /// <param name="trained">The model.</param>
    /// <param name="nameOrPath">As for <see cref="DataSource.Load"/>.</param>
    /// <param name="options">How to read it; schema and split are the model's.</param>
    /// <param name="part">Which part; null for the usual one.</param>
    /// <param name="whole">Take every record also of the data that the model was fitted on, unless a part is asked for.</param>
    /// <exception cref="InvalidInputException">No such data, data that the model cannot take, or a part of data that has none.</exception>
    public static ModelData Load(ModelManifest trained, string nameOrPath, DataOptions options, DataPart? part = null, bool whole = false)
    {
        options = options with { Expected = trained.Schema, Seed = trained.Provenance.SplitSeed };
        // What was the label is still it, in a table that has it for every row.
        if (
            options.Label is null
            && trained.Provenance.Label is { } label
            && trained.Schema.Kind.KeepsLabel
            && File.Exists(nameOrPath)
            && TableFile.IsAny(nameOrPath)
            && MixedTableReader.HasColumn(nameOrPath, label, options)
            && !MixedTableReader.Cells(nameOrPath, label, options).Contains(null)
        )
            options = options with { Label = label };
        var isOwn = IsTrainingData(nameOrPath, trained.Provenance);
        // The split of blocks is another than that of records: a model's test records stay what they were.
        if (isOwn)
            options = options with { Stream = trained.Provenance.Streamed, Array = options.Array ?? trained.Provenance.Array };
        // What it was brought to for training, it is brought to again.
        if (isOwn)
            options = trained.Schema.Kind.AsTrained(trained.Schema, options);
        if ((isOwn && !(whole && part is null)) || Catalogue.FromEnvironment().Contains(nameOrPath))
        {
            var splits = DataSource.Load(nameOrPath, options);
            var chosen = part switch
            {
                DataPart.Train => splits.Train,
                DataPart.Validation => splits.Validation,
                _ => splits.Test,
            };
            return new(chosen, splits.Train, part ?? DataPart.Test);
        }
        return part is null
            ? new(DataSource.LoadAll(nameOrPath, options), null, null)
            : throw new InvalidInputException(
                nameOrPath,
                $"has no parts: only published sets and the data that the model was trained on ({trained.Provenance.Data}) are split",
                $"leave {OptionNames.Part} out",
                OptionNames.Part
            );
    }
}
