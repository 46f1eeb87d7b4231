using System.Text.Json;

namespace Isthmus.Server.Protocol;

/// <summary>
/// Reader of requests for inference in JSON, and of the binary tensors behind it. It allocates nothing that is larger than the body makes room for, whatever
/// its shapes say, and throws nothing but <see cref="InvalidInputException"/>.
/// </summary>
internal static class InferRequestReader
{
    private const string TheBody = "The body";

    // A tensor has a handful of dimensions; text of thousands of brackets is none.
    private const int MostDimensions = 8;
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 32 };

    /// <summary>Reads a request.</summary>
    /// <param name="body">The body.</param>
    /// <param name="json">Bytes of JSON at its start, behind which binary tensors are; null if all of it is JSON.</param>
    /// <exception cref="InvalidInputException">Malformed JSON, a property of another type than the protocol's, or data that do not fit their shape.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body, long? json = null)
    {
        if (json is < 0 || json > body.Length)
            throw new InvalidInputException(
                TheBody,
                $"has {Counted.Of(body.Length, "byte")}, and its header says that {json} of them are JSON",
                "give the length of the JSON"
            );
        try
        {
            return Request(body[..(int)(json ?? body.Length)], json is null ? [] : body[(int)json.Value..], hasBinary: json is not null);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(
                TheBody,
                $"is no JSON that can be read, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}",
                "send a JSON object with \"inputs\"",
                cause: e
            );
        }
        // Texts whose escapes or bytes make no Unicode.
        catch (InvalidOperationException e)
        {
            throw new InvalidInputException(TheBody, "has a text that is no Unicode", "send UTF-8", cause: e);
        }
    }

    private static InferRequest Request(ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, bool hasBinary)
    {
        var reader = new Utf8JsonReader(json, Strict);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Other(TheBody, "is no JSON object");
        var (seen, inputs, outputs) = (new HashSet<string>(), (List<Tensor>?)null, new List<RequestedOutput>());
        var (id, binaryOutputs) = ((string?)null, false);
        while (NextProperty(ref reader, seen, TheBody) is { } property)
            switch (property)
            {
                case "id":
                    id = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, TheBody, "id");
                    break;
                case "parameters":
                    binaryOutputs = Parameters(ref reader, TheBody).BinaryOutputs ?? false;
                    break;
                case "inputs":
                    inputs = [];
                    Demand(ref reader, JsonTokenType.StartArray, TheBody, "inputs", "an array");
                    while (NextElement(ref reader))
                        inputs.Add(Input(ref reader, json, ref binary, hasBinary, $"inputs[{inputs.Count}]"));
                    break;
                case "outputs":
                    Demand(ref reader, JsonTokenType.StartArray, TheBody, "outputs", "an array");
                    while (NextElement(ref reader))
                        outputs.Add(Output(ref reader, $"outputs[{outputs.Count}]"));
                    break;
                default:
                    Skip(ref reader);
                    break;
            }
        if (reader.Read())
            throw Other(TheBody, "goes on behind its JSON object");
        if (!binary.IsEmpty)
            throw new InvalidInputException(TheBody, $"has {Counted.Of(binary.Length, "byte")} behind its last tensor", "give each its binary_data_size");
        return inputs is null
            ? throw new InvalidInputException(TheBody, "has no \"inputs\"", "give the input tensors")
            : new(id, inputs, outputs, binaryOutputs);
    }

    private static Tensor Input(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref ReadOnlySpan<byte> binary, bool hasBinary, string place)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Other(place, "is no JSON object");
        var (seen, name, type, shape) = (new HashSet<string>(), (string?)null, (string?)null, (long[]?)null);
        (int Start, int Length)? data = null;
        long? size = null;
        while (NextProperty(ref reader, seen, place) is { } property)
            switch (property)
            {
                case "name":
                    name = Text(ref reader, place, "name");
                    break;
                case "datatype":
                    type = Text(ref reader, place, "datatype");
                    break;
                case "shape":
                    shape = Shape(ref reader, place);
                    break;
                case "parameters":
                    size = Parameters(ref reader, place).BinarySize;
                    break;
                case "data":
                    // Properties come in any order: what the elements are may be said behind them.
                    var start = (int)reader.TokenStartIndex;
                    Demand(ref reader, JsonTokenType.StartArray, place, "data", "an array");
                    Skip(ref reader);
                    data = (start, (int)reader.BytesConsumed - start);
                    break;
                default:
                    Skip(ref reader);
                    break;
            }
        var named = name is null ? throw Missing(place, "name") : $"The input '{Quoted.Of(name)}'";
        var element = TensorTypes.Of(type ?? throw Missing(named, "datatype"), named);
        var count = Tensor.CountOf(shape ?? throw Missing(named, "shape"), named);
        if (size is not { } bytes)
            return new(
                name,
                shape,
                JsonTensor.Read(element, count, json.Slice((data ?? throw Missing(named, "data")).Start, data.Value.Length), Strict, named)
            );
        if (data is not null)
            throw new InvalidInputException(named, "has \"data\" and \"binary_data_size\"", "give one of them");
        if (!hasBinary || bytes < 0 || bytes > binary.Length)
            throw new InvalidInputException(
                named,
                $"has a \"binary_data_size\" of {bytes}, and {(hasBinary ? Counted.Of(binary.Length, "byte") : "nothing")} lies behind",
                $"send the header {BinaryHeader.Name} with the length of the JSON, and the tensor's bytes behind it"
            );
        var own = binary[..(int)bytes];
        binary = binary[(int)bytes..];
        return new(name, shape, BinaryTensor.Read(element, count, own, named));
    }

    private static RequestedOutput Output(ref Utf8JsonReader reader, string place)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Other(place, "is no JSON object");
        var (seen, name, isBinary) = (new HashSet<string>(), (string?)null, (bool?)null);
        while (NextProperty(ref reader, seen, place) is { } property)
            if (property == "name")
                name = Text(ref reader, place, "name");
            else if (property == "parameters")
                isBinary = Parameters(ref reader, place).Binary;
            else
                Skip(ref reader);
        return new(name ?? throw Missing(place, "name"), isBinary);
    }

    // Parameters of other extensions are let be.
    private static (long? BinarySize, bool? Binary, bool? BinaryOutputs) Parameters(ref Utf8JsonReader reader, string place)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        Demand(ref reader, JsonTokenType.StartObject, place, "parameters", "an object");
        var (seen, size, binary, outputs) = (new HashSet<string>(), (long?)null, (bool?)null, (bool?)null);
        while (NextProperty(ref reader, seen, place) is { } property)
            switch (property)
            {
                case "binary_data_size":
                    size =
                        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var bytes) ? bytes : throw Kind(place, property, "a whole number");
                    break;
                case "binary_data":
                    binary = Truth(ref reader, place, property);
                    break;
                case "binary_data_output":
                    outputs = Truth(ref reader, place, property);
                    break;
                default:
                    Skip(ref reader);
                    break;
            }
        return (size, binary, outputs);
    }

    private static long[] Shape(ref Utf8JsonReader reader, string place)
    {
        Demand(ref reader, JsonTokenType.StartArray, place, "shape", "an array");
        var lengths = new List<long>();
        while (NextElement(ref reader))
            if (lengths.Count == MostDimensions)
                throw new InvalidInputException(place, $"has a shape of more than {MostDimensions} dimensions", "no model here takes it");
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var length))
                lengths.Add(length);
            else
                throw Kind(place, "shape", "an array of whole numbers");
        return [.. lengths];
    }

    private static bool Truth(ref Utf8JsonReader reader, string place, string property) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Kind(place, property, "true or false"),
        };

    private static string Text(ref Utf8JsonReader reader, string place, string property) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Kind(place, property, "a text");

    /// <summary>Goes to the value of an object's next property; null at its end.</summary>
    private static string? NextProperty(ref Utf8JsonReader reader, HashSet<string> seen, string place)
    {
        Advance(ref reader);
        if (reader.TokenType == JsonTokenType.EndObject)
            return null;
        var property = reader.GetString()!;
        if (!seen.Add(property))
            throw new InvalidInputException(place, $"has \"{Quoted.Of(property)}\" twice", "give it once");
        Advance(ref reader);
        return property;
    }

    private static bool NextElement(ref Utf8JsonReader reader)
    {
        Advance(ref reader);
        return reader.TokenType != JsonTokenType.EndArray;
    }

    private static void Advance(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw new JsonException("It ends too early.", null, 0, reader.BytesConsumed);
    }

    private static void Skip(ref Utf8JsonReader reader) => reader.Skip();

    private static void Demand(ref Utf8JsonReader reader, JsonTokenType token, string place, string property, string kind)
    {
        if (reader.TokenType != token)
            throw Kind(place, property, kind);
    }

    private static InvalidInputException Kind(string place, string property, string kind) =>
        new(place, $"has a \"{property}\" that is not {kind}", $"give {kind}");

    private static InvalidInputException Missing(string place, string property) => new(place, $"has no \"{property}\"", "give it");

    private static InvalidInputException Other(string place, string problem) => new(place, problem, "send what the Open Inference Protocol says");
}
