using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Format of a table of numbers, in one file or several, recognised by its extension.</summary>
internal sealed class NumberTableFormat : IDataFormat
{
    public string Name => ".csv, .tsv, .parquet";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => data.IsTable;

    public Dataset Read(DataLocation data) => TableReader.Read(data.Path, data.Options);
}
