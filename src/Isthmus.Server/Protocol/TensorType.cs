namespace Isthmus.Server.Protocol;

/// <summary>Data type of a tensor's elements.</summary>
internal enum TensorType
{
    /// <summary>BOOL: truth values, a byte each in binary form.</summary>
    Bool,

    /// <summary>INT64: whole numbers of 64 bits.</summary>
    Int64,

    /// <summary>FP32: numbers of 32 bits; null, or NaN in binary form, is a missing value.</summary>
    Fp32,

    /// <summary>FP64: numbers of 64 bits; null, or NaN in binary form, is a missing value.</summary>
    Fp64,

    /// <summary>BYTES: texts in UTF-8; an empty one, or null, is a missing value. In binary form each has its length before it, 4 bytes.</summary>
    Bytes,
}

/// <summary>Names and sizes of the data types.</summary>
internal static class TensorTypes
{
    private static readonly Dictionary<string, TensorType> ByName = Enum.GetValues<TensorType>().ToDictionary(type => type.Name, StringComparer.Ordinal);

    extension(TensorType type)
    {
        /// <summary>Name in the protocol.</summary>
        public string Name => type.ToString().ToUpperInvariant();

        /// <summary>Bytes of an element in binary form; of texts those of the length.</summary>
        public int Size =>
            type switch
            {
                TensorType.Bool => 1,
                TensorType.Fp32 or TensorType.Bytes => 4,
                _ => 8,
            };
    }

    /// <summary>Returns the type of a name.</summary>
    /// <param name="name">Name, upper case.</param>
    /// <param name="tensor">Name of the tensor in error messages.</param>
    /// <exception cref="InvalidInputException">No such type, or one that no model here takes.</exception>
    public static TensorType Of(string name, string tensor) =>
        ByName.TryGetValue(name, out var type)
            ? type
            : throw new InvalidInputException(
                tensor,
                $"has the datatype '{Quoted.Of(name)}', which is not known here",
                $"there are {string.Join(", ", ByName.Keys)}"
            );
}
