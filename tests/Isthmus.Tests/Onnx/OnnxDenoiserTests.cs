using Isthmus.Onnx;
using Isthmus.Photographs;
using Isthmus.Tests.Photographs;
using static TorchSharp.torch;

namespace Isthmus.Tests.Onnx;

/// <summary>Denoisers as ONNX files: pictures of any size go through ONNX Runtime as they go through the model.</summary>
public sealed class OnnxDenoiserTests
{
    [Theory]
    [InlineData("noise-kind=gaussian", 1)]
    [InlineData("noise-kind=poisson-gaussian", 2)]
    [InlineData("corruption=blind-spots", 0)]
    public void It_gives_what_the_model_gives_for_any_size(string settings, int levels)
    {
        using var model = PhotographDenoiserTests.Untrained(3, isRandom: true, settings);
        using var file = new MemoryStream();
        var comparison = model.ExportOnnx(file);
        Assert.Equal(OnnxPart.Reconstruct, comparison.Part);
        Assert.InRange(comparison.LargestDifference, 0, OnnxComparison.Tolerance);
        file.Position = 0;
        using var onnx = OnnxModel.Load(file);
        double[] told = [.. new[] { 25.0, 10 }.Take(levels)];
        foreach (var (height, width) in new[] { (1, 1), (7, 30), (24, 16) })
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            float[] picture = [.. Enumerable.Range(0, 3 * height * width).Select(i => i * 0.37f % 1)];
            var expected = new PhotographDenoiser(model).Restore(tensor(picture).view(3, height, width), told).flatten().Numbers();
            var found = onnx.Restore(picture, height, width, told);
            Assert.Equal(expected.Length, found.Length);
            Assert.All(expected.Zip(found), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5));
        }
        Assert.Throws<InvalidInputException>(() => onnx.Restore(new float[12], 2, 3, told));
        Assert.Throws<InvalidInputException>(() => onnx.Restore(new float[12], 2, 2, [.. told, 1]));
        Assert.Throws<InvalidInputException>(() => model.ExportOnnx(file, OnnxPart.Decoder));
    }
}
