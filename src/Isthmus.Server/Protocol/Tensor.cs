namespace Isthmus.Server.Protocol;

/// <summary>A tensor: elements in row-major order.</summary>
/// <param name="Name">Name.</param>
/// <param name="Shape">Lengths of the dimensions, from 0; the first is the number of records.</param>
/// <param name="Data">Elements, as many as the lengths multiplied: bool[], long[], float[], double[] or string[].</param>
internal sealed record Tensor(string Name, long[] Shape, Array Data)
{
    /// <summary>Data type of the elements.</summary>
    public TensorType Type =>
        Data switch
        {
            bool[] => TensorType.Bool,
            long[] => TensorType.Int64,
            float[] => TensorType.Fp32,
            double[] => TensorType.Fp64,
            string[] => TensorType.Bytes,
            _ => throw new InvalidOperationException($"No tensor has elements of {Data.GetType()}."),
        };

    /// <summary>Elements of a shape, which may be more than a body can hold.</summary>
    /// <param name="shape">Lengths of the dimensions.</param>
    /// <param name="tensor">Name of the tensor in error messages.</param>
    /// <exception cref="InvalidInputException">A negative length, or more elements than 64 bits count.</exception>
    public static long CountOf(ReadOnlySpan<long> shape, string tensor)
    {
        var count = 1L;
        foreach (var length in shape)
        {
            if (length < 0)
                throw new InvalidInputException(tensor, $"has the length {length} in its shape", "give lengths from 0; -1 stands in metadata only");
            count =
                Math.BigMul(count, length, out var low) == 0 && low >= 0
                    ? low
                    : throw new InvalidInputException(tensor, "has a shape of too many elements", null);
        }
        return count;
    }

    /// <summary>Elements as numbers; null for texts.</summary>
    public double[]? Numbers =>
        Data switch
        {
            double[] numbers => numbers,
            float[] numbers => Array.ConvertAll(numbers, number => (double)number),
            long[] numbers => Array.ConvertAll(numbers, number => (double)number),
            bool[] truths => Array.ConvertAll(truths, truth => truth ? 1.0 : 0.0),
            _ => null,
        };

    /// <summary>Elements as texts, empty where a value is missing; null for numbers with a decimal point.</summary>
    public string[]? Texts =>
        Data switch
        {
            string[] texts => texts,
            long[] numbers => Array.ConvertAll(numbers, number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            bool[] truths => Array.ConvertAll(truths, truth => truth ? "true" : "false"),
            _ => null,
        };
}

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Name, upper and lower case told apart.</param>
/// <param name="Type">Data type.</param>
/// <param name="Shape">Lengths of the dimensions, -1 for any.</param>
internal sealed record TensorPort(string Name, TensorType Type, IReadOnlyList<long> Shape);
