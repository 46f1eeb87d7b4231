using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Isthmus.Server.Protocol;

/// <summary>Writer of results of inference in JSON, and of the binary tensors behind it.</summary>
internal static class InferResponseWriter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the JSON and the binary tensors of a result, in their order.</summary>
    /// <param name="response">The result.</param>
    /// <param name="isBinary">Says of an output whether it is in binary form.</param>
    public static (ReadOnlyMemory<byte> Json, IReadOnlyList<byte[]> Binary) Write(InferResponse response, Func<string, bool> isBinary)
    {
        var (buffer, binary) = (new ArrayBufferWriter<byte>(1024), new List<byte[]>());
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("model_name", response.Model);
            writer.WriteString("model_version", response.Version);
            if (response.Id is not null)
                writer.WriteString("id", response.Id);
            writer.WriteStartArray("outputs");
            foreach (var output in response.Outputs)
            {
                writer.WriteStartObject();
                writer.WriteString("name", output.Name);
                writer.WriteString("datatype", output.Type.Name);
                writer.WriteStartArray("shape");
                foreach (var length in output.Shape)
                    writer.WriteNumberValue(length);
                writer.WriteEndArray();
                if (isBinary(output.Name))
                {
                    binary.Add(BinaryTensor.Write(output));
                    writer.WriteStartObject("parameters");
                    writer.WriteNumber("binary_data_size", binary[^1].Length);
                    writer.WriteEndObject();
                }
                else
                {
                    writer.WritePropertyName("data");
                    JsonTensor.Write(writer, output);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return (buffer.WrittenMemory, binary);
    }
}
