using Isthmus.Data.Cells;
using Isthmus.Data.Files;
using Isthmus.Data.Formats;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Codes;

/// <summary>A part of split data.</summary>
public enum DataPart
{
    /// <summary>Training records, which models are fitted on.</summary>
    Train,

    /// <summary>Validation records, which choose the epoch.</summary>
    Validation,

    /// <summary>Test records, for the reported results.</summary>
    Test,
}

/// <summary>Data read for a model: converted to its schema and, if the model was fitted on some of them, split as in training.</summary>
/// <param name="Records">Records that the model is applied to.</param>
/// <param name="Train">Training records, which probes may be fitted on; null if the data has no parts.</param>
/// <param name="Part">Part of the data that <paramref name="Records"/> is; null if they are all.</param>
public sealed record ModelData(Dataset Records, Dataset? Train, DataPart? Part)
{
    /// <summary>Returns true if the name is that of the model's training data.</summary>
    public static bool IsTrainingData(string nameOrPath, Provenance provenance) =>
        nameOrPath == provenance.Data
        || (
            !DataSource.Names.Contains(nameOrPath)
            && !DataSource.Names.Contains(provenance.Data)
            && Path.GetFullPath(nameOrPath) == Path.GetFullPath(provenance.Data)
        );

    /// <summary>Returns options that read more data to train a model on, as its training data were read, with the items and categories that it lacks.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="nameOrPath">Name or path of the data.</param>
    /// <param name="options">Options given for them.</param>
    internal static DataOptions Reading(ModelManifest trained, string nameOrPath, DataOptions options) =>
        trained.Schema.Kind.AsTrained(trained.Schema, Labelled(trained, nameOrPath, options with { Expected = trained.Schema, Grow = true }));

    /// <summary>
    /// Loads data for a model: of its training data, and of published data sets, one part (the test part by default); of other data, every record in order.
    /// </summary>
    /// <param name="trained">The model.</param>
    /// <param name="nameOrPath">Name or path, as in <see cref="DataSource.Load"/>.</param>
    /// <param name="options">Options for reading; schema and split are the model's.</param>
    /// <param name="part">Part to load; null for the default one.</param>
    /// <param name="whole">True to load every record of the model's training data too, unless a part is asked for.</param>
    /// <param name="progress">Receiver of the progress of a download.</param>
    /// <param name="cancellationToken">Stops a download; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">No such data, data that the model cannot take, or a part of data that has none.</exception>
    public static ModelData Load(
        ModelManifest trained,
        string nameOrPath,
        DataOptions options,
        DataPart? part = null,
        bool whole = false,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options = Labelled(
            trained,
            nameOrPath,
            options with
            {
                Expected = trained.Schema,
                Seed = trained.Provenance.SplitSeed,
                Shares = trained.Provenance.Shares,
            }
        );
        var isOwn = IsTrainingData(nameOrPath, trained.Provenance);
        // The split of blocks is another than that of records: a model's test records stay what they were.
        if (isOwn)
            options = options with
            {
                ByBlocks = trained.Provenance.Streamed,
                Array = options.Array ?? trained.Provenance.Array,
                Targets = options.Targets ?? trained.Provenance.Targets,
            };
        // What it was brought to for training, it is brought to again.
        if (isOwn)
            options = trained.Schema.Kind.AsTrained(trained.Schema, options);
        if ((isOwn && !(whole && part is null)) || Catalogue.FromEnvironment().Contains(nameOrPath))
        {
            var splits = DataSource.Load(nameOrPath, options, progress, cancellationToken);
            var chosen = part switch
            {
                DataPart.Train => splits.Train,
                DataPart.Validation => splits.Validation,
                _ => splits.Test,
            };
            return new(chosen, splits.Train, part ?? DataPart.Test);
        }
        return part is null
            ? new(DataSource.LoadAll(nameOrPath, options, progress, cancellationToken), null, null)
            : throw new InvalidInputException(
                nameOrPath,
                $"has no parts: only published sets and the data that the model was trained on ({trained.Provenance.Data}) are split",
                $"leave {OptionNames.Part} out",
                OptionNames.Part
            );
    }

    // What was the label is still it, in a table that has it for every row.
    private static DataOptions Labelled(ModelManifest trained, string nameOrPath, DataOptions options) =>
        options.Label is null
        && trained.Provenance.Label is { } label
        && trained.Schema.Kind.KeepsLabel
        && TableFiles.Are(nameOrPath)
        && MixedTableReader.HasColumn(nameOrPath, label, options)
        && !MixedTableReader.HasMissing(nameOrPath, label, options)
            ? options with
            {
                Label = label,
            }
            : options;
}
