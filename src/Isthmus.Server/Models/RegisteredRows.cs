using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Server.Tables;

namespace Isthmus.Server.Models;

/// <summary>Scorers by kind of record: rows of tables have one.</summary>
internal static class RegisteredRows
{
    private static readonly MadeByKind<Func<TrainedModel, ServedRows?>> Scorers = new MadeByKind<Func<TrainedModel, ServedRows?>>(_ =>
        _ => null
    ).With<TableSchema>(TableKind.Instance, schema => model => schema.IsOfRows && model.Reference is not null ? new ServedRows(model, schema) : null);

    /// <summary>The scorer of a model; null if it has none.</summary>
    public static ServedRows? Of(TrainedModel model) => Scorers.Of(model.Specification.Schema)(model);
}
