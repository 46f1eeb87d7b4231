using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Isthmus.MachineLearning;

/// <summary>
/// From a vector of one element to a scalar: ML.NET's transform of ONNX files gives vectors only. The mappings have fixed names of columns, as a saved pipeline
/// carries their name and assembly and nothing else.
/// </summary>
internal static class ScalarMappings
{
    /// <summary>The column that a mapping reads.</summary>
    public const string Vector = "isthmus.vector";

    /// <summary>The column that it makes.</summary>
    public const string Scalar = "isthmus.scalar";

    /// <summary>The element of the column <paramref name="vector"/> as the column <paramref name="name"/>; those in between are dropped.</summary>
    public static IEstimator<ITransformer> Of(TransformsCatalog catalog, string name, string vector, DataViewType type)
    {
        IEstimator<ITransformer> mapping =
            type == NumberDataViewType.Single ? catalog.CustomMapping(new SingleMapping().GetMapping(), SingleMapping.Contract)
            : type == NumberDataViewType.Double ? catalog.CustomMapping(new DoubleMapping().GetMapping(), DoubleMapping.Contract)
            : type is BooleanDataViewType ? catalog.CustomMapping(new BooleanMapping().GetMapping(), BooleanMapping.Contract)
            : catalog.CustomMapping(new TextMapping().GetMapping(), TextMapping.Contract);
        return catalog.CopyColumns(Vector, vector).Append(mapping).Append(catalog.CopyColumns(name, Scalar)).Append(catalog.DropColumns(Vector, Scalar));
    }
}

/// <summary>A vector of one number.</summary>
internal sealed class SingleVector
{
    [ColumnName(ScalarMappings.Vector), VectorType(1)]
    public float[] Value { get; set; } = [];
}

/// <summary>A number.</summary>
internal sealed class SingleScalar
{
    [ColumnName(ScalarMappings.Scalar)]
    public float Value { get; set; }
}

/// <summary>The element of a vector of 32-bit numbers.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SingleMapping : CustomMappingFactory<SingleVector, SingleScalar>
{
    public const string Contract = "Isthmus.Single";

    /// <inheritdoc/>
    public override Action<SingleVector, SingleScalar> GetMapping() => (vector, scalar) => scalar.Value = vector.Value[0];
}

/// <summary>A vector of one number.</summary>
internal sealed class DoubleVector
{
    [ColumnName(ScalarMappings.Vector), VectorType(1)]
    public double[] Value { get; set; } = [];
}

/// <summary>A number.</summary>
internal sealed class DoubleScalar
{
    [ColumnName(ScalarMappings.Scalar)]
    public double Value { get; set; }
}

/// <summary>The element of a vector of 64-bit numbers.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DoubleMapping : CustomMappingFactory<DoubleVector, DoubleScalar>
{
    public const string Contract = "Isthmus.Double";

    /// <inheritdoc/>
    public override Action<DoubleVector, DoubleScalar> GetMapping() => (vector, scalar) => scalar.Value = vector.Value[0];
}

/// <summary>A vector of one truth value.</summary>
internal sealed class BooleanVector
{
    [ColumnName(ScalarMappings.Vector), VectorType(1)]
    public bool[] Value { get; set; } = [];
}

/// <summary>A truth value.</summary>
internal sealed class BooleanScalar
{
    [ColumnName(ScalarMappings.Scalar)]
    public bool Value { get; set; }
}

/// <summary>The element of a vector of truth values.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class BooleanMapping : CustomMappingFactory<BooleanVector, BooleanScalar>
{
    public const string Contract = "Isthmus.Boolean";

    /// <inheritdoc/>
    public override Action<BooleanVector, BooleanScalar> GetMapping() => (vector, scalar) => scalar.Value = vector.Value[0];
}

/// <summary>A vector of one text.</summary>
internal sealed class TextVector
{
    [ColumnName(ScalarMappings.Vector), VectorType(1)]
    public ReadOnlyMemory<char>[] Value { get; set; } = [];
}

/// <summary>A text.</summary>
internal sealed class TextScalar
{
    [ColumnName(ScalarMappings.Scalar)]
    public ReadOnlyMemory<char> Value { get; set; }
}

/// <summary>The element of a vector of texts.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TextMapping : CustomMappingFactory<TextVector, TextScalar>
{
    public const string Contract = "Isthmus.Text";

    /// <inheritdoc/>
    public override Action<TextVector, TextScalar> GetMapping() => (vector, scalar) => scalar.Value = vector.Value[0];
}
