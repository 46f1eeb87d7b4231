using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>
/// Description of columns before there are data, by which ML.NET checks a pipeline. Such a description cannot be made outside ML.NET, so those of a small
/// view of each type are taken and renamed.
/// </summary>
internal static class ColumnShapes
{
    private static readonly MLContext Context = new();
    private static readonly Lazy<SchemaShape> Known = new(() =>
    {
        var catcher = new Catcher();
        new EstimatorChain<ITransformer>().Append(catcher).Fit(Context.Data.LoadFromEnumerable([new Cells()]));
        return catcher.Caught!;
    });

    /// <summary>The columns of a pipeline with more beside them, or in their place.</summary>
    public static SchemaShape With(SchemaShape shape, IEnumerable<OutputColumn> outputs)
    {
        var columns = shape.ToDictionary(column => column.Name);
        foreach (var output in outputs)
            columns[output.Name] = Context
                .Transforms.CopyColumns(output.Name, Member(output))
                .GetOutputSchema(Known.Value)
                .Last(column => column.Name == output.Name);
        return new(columns.Values);
    }

    /// <summary>The columns whose cells can be missing, with their types.</summary>
    public static IReadOnlyDictionary<string, DataViewType> Fillable(SchemaShape shape) =>
        shape
            .Where(column => column.Kind == SchemaShape.Column.VectorKind.Scalar && (ViewColumn.IsReal(column.ItemType) || column.ItemType is TextDataViewType))
            .ToDictionary(column => column.Name, column => column.ItemType);

    private static string Member(OutputColumn output) =>
        !output.IsScalar ? nameof(Cells.Vector)
        : output.Type == NumberDataViewType.Single ? nameof(Cells.Single)
        : output.Type == NumberDataViewType.Double ? nameof(Cells.Double)
        : output.Type is BooleanDataViewType ? nameof(Cells.Boolean)
        : nameof(Cells.Text);

    private sealed class Cells
    {
        [VectorType(1)]
        public float[] Vector { get; set; } = [0];
        public float Single { get; set; }
        public double Double { get; set; }
        public bool Boolean { get; set; }
        public string Text { get; set; } = "";
    }

    /// <summary>Keeps the description that a chain gives its members.</summary>
    private sealed class Catcher : IEstimator<ITransformer>
    {
        public SchemaShape? Caught { get; private set; }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Caught = inputSchema;

        public ITransformer Fit(IDataView input) => Context.Transforms.CopyColumns("Copy", nameof(Cells.Single)).Fit(input);
    }
}

/// <summary>A column that a pipeline makes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="IsScalar">True of a scalar, false of a vector.</param>
internal sealed record OutputColumn(string Name, DataViewType Type, bool IsScalar);
