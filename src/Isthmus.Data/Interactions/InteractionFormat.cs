using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Format of a table of interactions, recognised by the options that name its columns, or by a model of interactions.</summary>
internal sealed class InteractionFormat : IDataFormat
{
    public string Name => "interactions";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => InteractionReader.IsWanted(data.Options);

    // Minimum counts are for training: a model is applied to every user.
    public Dataset Read(DataLocation data) =>
        data.Options.ExpectedItems is { } items
            ? items.Adapt(InteractionReader.Read(data.Path, data.Options, every: true))
            : InteractionReader.Read(data.Path, data.Options);

    public DataSplits Split(DataLocation data) => InteractionKind.Instance.Split(InteractionReader.Read(data.Path, data.Options), data.Options);
}
