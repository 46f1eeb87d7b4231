using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>A table of numbers, known by its extension.</summary>
internal sealed class NumberTableFormat : IDataFormat
{
    public string Name => ".csv, .tsv, .parquet";

    public bool Recognises(DataLocation data) => data.IsFile && TableFile.IsAny(data.Path);

    public Dataset Read(DataLocation data) => TableReader.Read(data.Path, data.Options);
}
