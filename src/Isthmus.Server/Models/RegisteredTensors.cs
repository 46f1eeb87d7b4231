using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Server.Protocol;
using Isthmus.Server.Tables;

namespace Isthmus.Server.Models;

/// <summary>Form of records as tensors by kind of record: tables have their own, and all others numbers.</summary>
internal static class RegisteredTensors
{
    private static readonly MadeByKind<Func<ServedModel, RecordTensors>> Tensors = new MadeByKind<Func<ServedModel, RecordTensors>>(_ =>
        model => new RecordTensors(model.Encoder, model.Reconstructor)
    ).With<TableSchema>(TableKind.Instance, schema => model => new TableTensors(schema, model.Rows, model.Encoder, model.Reconstructor));

    /// <summary>Returns the tensors of a model.</summary>
    public static RecordTensors Of(ServedModel model) => Tensors.Of(model.Schema)(model);
}
