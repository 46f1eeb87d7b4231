using System.Globalization;

namespace Isthmus.Tests.Embeddings;

/// <summary>A program that embeds with files of models has no tensor library, and gives the codes that the models give with it.</summary>
public sealed class EmbeddingProgramTests(EmbeddingModels models) : IClassFixture<EmbeddingModels>
{
    private const string Text = "orbit rocket moon";

    [Fact]
    public async Task Files_are_embedded_without_the_tensor_library()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("texts.onnx"), EmbeddingModels.File(models.Texts));
        File.WriteAllBytes(folder.File("rows.onnx"), EmbeddingModels.File(models.Rowwise));
        File.WriteAllBytes(folder.File("pictures.onnx"), EmbeddingModels.File(models.Pictures));
        var picture = EmbeddingModels.Grey(1)[0];
        File.WriteAllBytes(folder.File("p.png"), EmbeddingModels.Png(picture, EmbeddingModels.Side));
        File.WriteAllText(
            folder.File("embed.cs"),
            $$"""
            #:project {{Path.Combine(Repository.Root, "src", "Isthmus.Extensions.AI", "Isthmus.Extensions.AI.csproj")}}
            #:property OutputPath={{folder.File("out")}}/
            using System.Globalization;
            using Isthmus.Extensions.AI;
            using Microsoft.Extensions.AI;

            using var texts = EmbeddingGenerators.Load<string>("texts.onnx");
            Print(await texts.GenerateVectorAsync("{{Text}}"));
            using var rows = EmbeddingGenerators.Load<Dictionary<string, object?>>("rows.onnx");
            Print(await rows.GenerateVectorAsync(new Dictionary<string, object?> { ["Age"] = 40, ["Plan"] = "basic", ["Spent"] = null }));
            using var pictures = EmbeddingGenerators.Load<DataContent>("pictures.onnx");
            Print(await pictures.GenerateVectorAsync(new DataContent(File.ReadAllBytes("p.png"), "image/png")));

            static void Print(ReadOnlyMemory<float> code) =>
                Console.WriteLine(string.Join(' ', code.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
            """
        );
        await DotnetCommand.Run(folder.Path, "build", "-c", "Release", folder.File("embed.cs"));
        var files = Directory.GetFiles(folder.File("out"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray();
        Assert.Contains("embed.dll", files);
        Assert.DoesNotContain(files, file => file!.Contains("torch_cpu", StringComparison.OrdinalIgnoreCase));
        var output = await DotnetCommand.Run(folder.Path, folder.File("out/embed.dll"));
        float[][] expected =
        [
            models.Texts.Encode(Text),
            models.Rowwise.Encode([new EmbeddingModels.Customer(40, "basic", null)])[0],
            models.Pictures.Encode(picture),
        ];
        var found = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture)));
        foreach (var (code, own) in expected.Zip(found))
            Assert.All(code.Zip(own), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Equal(expected.Length, found.Count());
    }
}
