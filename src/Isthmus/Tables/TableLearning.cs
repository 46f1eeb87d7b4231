using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>Models of tables keep rows, which new ones are held against.</summary>
internal sealed class TableLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("tables of mixed columns", "", "tables");

    /// <summary>Of a series the validation windows that come first, in a run: their neighbours in time are there too.</summary>
    public override ReferenceRows Reference(DataSplits data) => ReferenceRows.Of(data, inARun: !((TableSchema)data.Train.Schema).IsOfRows);
}
