using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Lines;

/// <summary>Format of lines of text: recognised by the options, by a model of lines, or by the name of a log.</summary>
internal sealed class LineFormat : IDataFormat
{
    public string Name => ".log";

    public bool Recognises(DataLocation data) =>
        (data.IsFile || data.IsFolder || TableFiles.IsPattern(data.Path)) && LineReader.IsWanted(data.Path, data.Options);

    public Dataset Read(DataLocation data) => LineReader.Read(data.Path, data.Options).Records(data.Options.Expected as LineSchema);

    public DataSplits Split(DataLocation data) =>
        LineReader.Read(data.Path, data.Options).Split(data.Options.Seed, data.Options.Shares, data.Options.Expected as LineSchema);

    public RecordKind? Kind => LineKind.Instance;
}
