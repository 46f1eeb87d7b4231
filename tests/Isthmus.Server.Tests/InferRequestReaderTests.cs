using System.Text;
using System.Text.Json;
using Isthmus.Server.Protocol;
using Isthmus.Tests;

namespace Isthmus.Server.Tests;

public class InferRequestReaderTests
{
    private static readonly Tensor[] Every =
    [
        new("bool", [2, 1], new[] { true, false }),
        new("int64", [1, 2], new[] { long.MinValue, long.MaxValue }),
        new("fp32", [3], new[] { 1.5f, float.NaN, -3e-39f }),
        new("fp64", [2, 1], new[] { Math.PI, double.NaN }),
        new("bytes", [2, 2], new[] { "", "Łódź", "a\"b\n", "\ud83d\ude00" }),
    ];

    /// <summary>Bodies of requests, JSON and binary.</summary>
    internal static byte[][] Bodies() =>
        [Body(Every, isBinary: false).Bytes, Body(Every, isBinary: true).Bytes, "{\"inputs\":[],\"outputs\":[{\"name\":\"a\"}]}"u8.ToArray()];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_datatype_comes_in_as_it_went_out(bool isBinary)
    {
        var (bytes, json) = Body(Every, isBinary);
        var request = InferRequestReader.Read(bytes, isBinary ? json : null);
        Assert.Equal("7", request.Id);
        Assert.Equal(Every.Length, request.Inputs.Count);
        foreach (var (expected, found) in Every.Zip(request.Inputs))
        {
            Assert.Equal((expected.Name, expected.Type), (found.Name, found.Type));
            Assert.Equal(expected.Shape, found.Shape);
            Assert.Equal(expected.Data, found.Data);
        }
    }

    [Fact]
    public void Properties_come_in_any_order_and_data_as_nested_arrays()
    {
        var request = InferRequestReader.Read(
            """{"outputs":[{"parameters":{"binary_data":true},"name":"y"}],"inputs":[{"data":[[1,2],[3,null]],"shape":[2,2],"x":{"y":[1]}, """u8
                + """ "datatype":"FP64","name":"x"}]}"""u8
        );
        Assert.Equal([1, 2, 3, double.NaN], (double[])request.Inputs[0].Data);
        Assert.True(request.IsBinary("y"));
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "no \"inputs\"")]
    [InlineData("""{"inputs":[]} x""", "no JSON")]
    [InlineData("""{"inputs":[],"inputs":[]}""", "\"inputs\" twice")]
    [InlineData("""{"inputs":{}}""", "not an array")]
    [InlineData("""{"id":7,"inputs":[]}""", "not a text")]
    [InlineData("""{"inputs":[{"shape":[1],"datatype":"FP32","data":[1]}]}""", "inputs[0] has no \"name\"")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"data":[1]}]}""", "no \"datatype\"")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","data":[1]}]}""", "'FP16'")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","data":[1]}]}""", "no \"shape\"")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}""", "no \"data\"")]
    [InlineData("""{"inputs":[{"name":"x","shape":[-1],"datatype":"FP32","data":[1]}]}""", "length -1")]
    [InlineData("""{"inputs":[{"name":"x","shape":[4611686018427387904,4],"datatype":"FP32","data":[1]}]}""", "too many elements")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1000000000000],"datatype":"FP32","data":[1]}]}""", "more or fewer than the 1,000,000,000,000 elements")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,1,1,1,1,1,1,1,1],"datatype":"FP32","data":[1]}]}""", "more than 8 dimensions")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1]}]}""", "more or fewer than the 2 elements")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1,2]}]}""", "more or fewer than the 1 element")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":["1"]}]}""", "FP32")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1e39]}]}""", "FP32")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[{}]}]}""", "FP32")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[1.5]}]}""", "INT64")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","data":[1]}]}""", "BOOL")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["\ud800"]}]}""", "no Unicode")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}""", "nothing lies behind")]
    public void What_is_wrong_is_said_in_one_line(string body, string said)
    {
        var error = Assert.Throws<InvalidInputException>(() => InferRequestReader.Read(Encoding.UTF8.GetBytes(body)));
        Assert.Contains(said, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(3, "more than its shape")]
    [InlineData(5, "behind its last tensor")]
    public void Binary_tensors_have_the_length_that_is_said(int bytes, string _)
    {
        var json = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}"""u8.ToArray();
        Assert.Throws<InvalidInputException>(() => InferRequestReader.Read([.. json, .. new byte[bytes]], json.Length));
        Assert.Equal([0f], (float[])InferRequestReader.Read([.. json, .. new byte[4]], json.Length).Inputs[0].Data);
    }

    [Fact]
    public void Whatever_the_bytes_are_it_is_a_request_or_an_error_of_one_line()
    {
        var (mutations, taken) = (new Mutations(Bodies(), seed: 1), 0);
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = mutations.Next();
            try
            {
                InferRequestReader.Read(bytes, i % 2 == 0 ? null : Math.Max(0, Array.LastIndexOf(bytes, (byte)'}') + 1));
                taken++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
        // Some get through, or the changes would test nothing but the first bracket.
        Assert.InRange(taken, 100, 29_000);
    }

    private static (byte[] Bytes, int Json) Body(IReadOnlyList<Tensor> tensors, bool isBinary)
    {
        using var stream = new MemoryStream();
        List<byte[]> binary = [];
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("id", "7");
            writer.WriteStartArray("inputs");
            foreach (var tensor in tensors)
            {
                writer.WriteStartObject();
                writer.WriteString("name", tensor.Name);
                writer.WriteString("datatype", tensor.Type.Name);
                writer.WritePropertyName("shape");
                JsonSerializer.Serialize(writer, tensor.Shape);
                if (isBinary)
                {
                    binary.Add(BinaryTensor.Write(tensor));
                    writer.WritePropertyName("parameters");
                    JsonSerializer.Serialize(writer, new { binary_data_size = binary[^1].Length });
                }
                else
                {
                    writer.WritePropertyName("data");
                    JsonTensor.Write(writer, tensor);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        var json = (int)stream.Length;
        foreach (var part in binary)
            stream.Write(part);
        return (stream.ToArray(), json);
    }
}
