using Isthmus.Studio.Models;
using Isthmus.Tables;

namespace Isthmus.Studio.Maps;

/// <summary>State that the parts of a page of codes look at. Immutable.</summary>
public sealed class SpaceView
{
    internal SpaceView(OpenModel model, RecordsInCode records, IReadOnlyList<RecordColumn> columns, UsualCells? usual) =>
        (Model, Records, Columns, Usual) = (model, records, columns, usual);

    internal OpenModel Model { get; }

    internal RecordsInCode Records { get; }

    internal IReadOnlyList<RecordColumn> Columns { get; }

    internal UsualCells? Usual { get; }

    /// <summary>Property of a name; null if there is none.</summary>
    internal RecordColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>The same with other properties.</summary>
    internal SpaceView With(IReadOnlyList<RecordColumn> columns) => new(Model, Records, columns, Usual);
}
