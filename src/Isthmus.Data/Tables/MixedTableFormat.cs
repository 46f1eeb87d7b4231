using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>Format of a table of mixed columns, recognised by its option, or by a model of such a table.</summary>
internal sealed class MixedTableFormat : IDataFormat
{
    public string Name => "table";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => MixedTableReader.IsWanted(data.Options);

    public Dataset Read(DataLocation data) => MixedTableReader.LoadAll(data.Path, data.Options);

    // The schema is fitted on the training rows alone, so the parts are chosen while the table is read.
    public DataSplits Split(DataLocation data) => MixedTableReader.Load(data.Path, data.Options);
}
