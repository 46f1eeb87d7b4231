using Isthmus.Models;
using Isthmus.Onnx;

namespace Isthmus.Tests.Onnx;

/// <summary>Parts of models as ONNX files, run by ONNX Runtime, give what the models give.</summary>
public class OnnxExportTests
{
    [Fact]
    public void Codes_of_the_file_are_those_of_the_model()
    {
        using var model = TrainedModel.Load(GoldenFile.PathOf("models/vae.isthmus"));
        using var file = new MemoryStream();
        model.ExportOnnx(file);
        file.Position = 0;
        using var onnx = OnnxModel.Load(file);
        var random = new Random(1);
        float[][] records =
        [
            .. Enumerable.Range(0, 7).Select(_ => Enumerable.Range(0, onnx.Metadata.Schema.Dimension).Select(_ => (float)random.Next(2)).ToArray()),
        ];
        var (expected, found) = (model.Encode<float[]>(records), onnx.Encode(records));
        Assert.All(expected.Zip(found), codes => Assert.All(codes.First.Zip(codes.Second), pair => Assert.Equal(pair.First, pair.Second, 1e-5)));
    }
}
