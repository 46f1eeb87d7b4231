using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>A table of mixed columns, known by the option that asks for it, or a model of such.</summary>
internal sealed class MixedTableFormat : IDataFormat
{
    public string Name => "table";

    public bool Recognises(DataLocation data) => MixedTableReader.IsWanted(data.Options);

    public Dataset Read(DataLocation data) => MixedTableReader.LoadAll(data.Path, data.Options);

    // The schema is fitted on the training rows alone, so the parts are chosen while the table is read.
    public DataSplits Split(DataLocation data) => MixedTableReader.Load(data.Path, data.Options);
}
