using Isthmus.Data.Vectors;

namespace Isthmus.Cli.Output;

/// <summary>Vectors: a table of all of them, whose columns are listed.</summary>
internal sealed class VectorOutput(VectorSchema vector) : KindOutput(vector)
{
    public override IEnumerable<string> OfData(int records) => [$"  columns: {Some(vector.Columns)}"];
}
