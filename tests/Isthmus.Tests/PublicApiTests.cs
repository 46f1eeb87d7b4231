using System.Reflection;
using System.Text;
using PublicApiGenerator;

namespace Isthmus.Tests;

/// <summary>
/// The public surface of each library stands in tests/golden/api: a change of it shows in review as a change of that file. To accept one, run the tests
/// with ISTHMUS_NEW_API=1 and commit the files.
/// </summary>
public class PublicApiTests
{
    public static TheoryData<string> Libraries =>
        [
            "Isthmus.Information",
            "Isthmus.Data",
            "Isthmus.Compression",
            "Isthmus.Measures",
            "Isthmus",
            "Isthmus.Onnx",
            "Isthmus.MachineLearning",
            "Isthmus.Extensions.AI",
            "Isthmus.Reporting",
        ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_one_on_record(string library)
    {
        var surface = Assembly.Load(library).GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        var path = GoldenFile.PathOf($"api/{library}.txt");
        if (Environment.GetEnvironmentVariable("ISTHMUS_NEW_API") == "1")
            File.WriteAllText(path, surface);
        var (recorded, now) = (File.ReadAllLines(path, Encoding.UTF8), surface.TrimEnd('\n').Split('\n'));
        var (gone, added) = (recorded.Except(now).ToArray(), now.Except(recorded).ToArray());
        Assert.True(
            recorded.SequenceEqual(now),
            $"The public surface of {library} has changed. If that is wanted, run the tests with ISTHMUS_NEW_API=1 and commit {path}.\n"
                + $"Gone:\n{string.Join('\n', gone.Take(30))}\nNew:\n{string.Join('\n', added.Take(30))}"
        );
    }
}
