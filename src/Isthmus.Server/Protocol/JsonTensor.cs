using System.Text.Json;

namespace Isthmus.Server.Protocol;

/// <summary>Elements of a tensor in JSON: an array of them in row-major order, flat or an array for each dimension.</summary>
internal static class JsonTensor
{
    private delegate T Element<T>(ref Utf8JsonReader reader, string tensor);

    /// <summary>Reads all elements.</summary>
    /// <param name="type">Data type.</param>
    /// <param name="count">Number of elements that the shape has.</param>
    /// <param name="json">The array.</param>
    /// <param name="options">Options of reading.</param>
    /// <param name="tensor">Name of the tensor in error messages.</param>
    /// <exception cref="InvalidInputException">More or fewer elements, or one of another type.</exception>
    public static Array Read(TensorType type, long count, ReadOnlySpan<byte> json, JsonReaderOptions options, string tensor)
    {
        // An element takes at least one byte: nothing larger than the body is allocated for a shape that lies.
        if (count > json.Length)
            throw OtherCount(count, tensor);
        var reader = new Utf8JsonReader(json, options);
        return type switch
        {
            TensorType.Bool => Elements(ref reader, (int)count, tensor, Truth),
            TensorType.Int64 => Elements(ref reader, (int)count, tensor, Whole),
            TensorType.Fp32 => Elements(ref reader, (int)count, tensor, Single),
            TensorType.Fp64 => Elements(ref reader, (int)count, tensor, Double),
            _ => Elements(ref reader, (int)count, tensor, Text),
        };
    }

    /// <summary>Writes all elements as a flat array; numbers that are not finite as null.</summary>
    public static void Write(Utf8JsonWriter writer, Tensor tensor)
    {
        writer.WriteStartArray();
        switch (tensor.Data)
        {
            case bool[] truths:
                foreach (var truth in truths)
                    writer.WriteBooleanValue(truth);
                break;
            case long[] numbers:
                foreach (var number in numbers)
                    writer.WriteNumberValue(number);
                break;
            case float[] numbers:
                foreach (var number in numbers)
                    if (float.IsFinite(number))
                        writer.WriteNumberValue(number);
                    else
                        writer.WriteNullValue();
                break;
            case double[] numbers:
                foreach (var number in numbers)
                    if (double.IsFinite(number))
                        writer.WriteNumberValue(number);
                    else
                        writer.WriteNullValue();
                break;
            default:
                foreach (var text in (string[])tensor.Data)
                    writer.WriteStringValue(text);
                break;
        }
        writer.WriteEndArray();
    }

    private static T[] Elements<T>(ref Utf8JsonReader reader, int count, string tensor, Element<T> read)
    {
        var (elements, at) = (new T[count], 0);
        while (reader.Read())
            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                elements[at < count ? at++ : throw OtherCount(count, tensor)] = read(ref reader, tensor);
        return at == count ? elements : throw OtherCount(count, tensor);
    }

    private static bool Truth(ref Utf8JsonReader reader, string tensor) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Kind(tensor, "BOOL", "true or false"),
        };

    private static long Whole(ref Utf8JsonReader reader, string tensor) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : throw Kind(tensor, "INT64", "a whole number of 64 bits");

    private static float Single(ref Utf8JsonReader reader, string tensor) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => float.NaN,
            JsonTokenType.Number when reader.TryGetSingle(out var number) && float.IsFinite(number) => number,
            _ => throw Kind(tensor, "FP32", "a number of 32 bits, or null for a missing value"),
        };

    private static double Double(ref Utf8JsonReader reader, string tensor) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => double.NaN,
            JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number) => number,
            _ => throw Kind(tensor, "FP64", "a number of 64 bits, or null for a missing value"),
        };

    private static string Text(ref Utf8JsonReader reader, string tensor) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => "",
            JsonTokenType.String => reader.GetString()!,
            _ => throw Kind(tensor, "BYTES", "a text, or null for a missing value"),
        };

    private static InvalidInputException OtherCount(long count, string tensor) =>
        new(tensor, $"has data of more or fewer than the {Counted.Of(count, "element")} of its shape", "give as many as the shape has");

    private static InvalidInputException Kind(string tensor, string type, string kind) =>
        new(tensor, $"has datatype {type} and an element that is not {kind}", "give elements of its datatype");
}
