using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Records;

namespace Isthmus.Onnx.Tables;

/// <summary>Rows of a table: a named input and output a column in the user's units, see <see cref="ColumnInputs"/> and <see cref="ColumnOutputs"/>.</summary>
internal sealed class TablePorts(TableSchema schema) : RecordPorts(schema)
{
    /// <summary>Entry <c>inputs</c>: of each column its name, kind, type, what stands for a missing value, and for times the unit.</summary>
    public override IEnumerable<KeyValuePair<string, string>> Metadata => [new("inputs", ColumnInputs.Described(schema))];

    /// <inheritdoc/>
    public override OnnxValue Inputs(OnnxGraph graph, Standardisation? standardisation) => ColumnInputs.Declare(graph, schema);

    /// <inheritdoc/>
    public override void Outputs(OnnxGraph graph, Standardisation? standardisation, OnnxValue mean) => ColumnOutputs.Declare(mean, schema);
}
