using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Tables;

namespace Isthmus.Onnx;

/// <summary>Kinds of record that enter and leave a graph in a form of their own. What is a list of numbers needs no line here.</summary>
internal static class RegisteredPorts
{
    private static readonly MadeByKind<RecordPorts> Ports = new MadeByKind<RecordPorts>(schema => new RecordPorts(schema)).With<TableSchema>(
        TableKind.Instance,
        schema => new TablePorts(schema)
    );

    /// <summary>Returns the form of records of a schema.</summary>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="scaledRows">True for rows of tables on the model's scale, N x D.</param>
    public static RecordPorts Of(DataSchema schema, bool scaledRows) => scaledRows ? new(schema) : Ports.Of(schema);
}
