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

/// <summary>A vector of one element.</summary>
internal sealed class OneElement<T>
{
    [ColumnName(ScalarMappings.Vector), VectorType(1)]
    public T[] Value { get; set; } = [];
}

/// <summary>A scalar.</summary>
internal sealed class Scalar<T>
    where T : struct
{
    [ColumnName(ScalarMappings.Scalar)]
    public T Value { get; set; }
}

/// <summary>The element of a vector. A saved pipeline finds a mapping by its contract, which stands on a class of one type each.</summary>
internal abstract class ScalarMapping<T> : CustomMappingFactory<OneElement<T>, Scalar<T>>
    where T : struct
{
    /// <inheritdoc/>
    public override Action<OneElement<T>, Scalar<T>> GetMapping() => (vector, scalar) => scalar.Value = vector.Value[0];
}

/// <summary>The element of a vector of 32-bit numbers.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SingleMapping : ScalarMapping<float>
{
    public const string Contract = "Isthmus.Single";
}

/// <summary>The element of a vector of 64-bit numbers.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DoubleMapping : ScalarMapping<double>
{
    public const string Contract = "Isthmus.Double";
}

/// <summary>The element of a vector of truth values.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class BooleanMapping : ScalarMapping<bool>
{
    public const string Contract = "Isthmus.Boolean";
}

/// <summary>The element of a vector of texts.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TextMapping : ScalarMapping<ReadOnlyMemory<char>>
{
    public const string Contract = "Isthmus.Text";
}
