using System.Text.RegularExpressions;

namespace Isthmus.Tests;

public class ReadmeTests
{
    // A web service runs until it is stopped: WebSampleTests.
    public static TheoryData<string> Samples() =>
        [
            .. Directory
                .GetFiles(Path.Combine(Repository.Root, "samples"), "*.cs")
                .Select(path => Path.GetFileName(path)!)
                .Where(sample => !sample.Contains("web", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Isthmus/README.md")]
    [InlineData("src/Isthmus.Cpu/README.md")]
    public void The_example_of_a_readme_is_the_first_sample(string readme) =>
        // The rest of the sample names the project that it is built with.
        Assert.Equal(Code("01-train-in-five-lines"), Block(readme, "csharp").Single().Trim());

    [Fact]
    public void The_change_log_begins_with_the_version_that_is_built()
    {
        var version = typeof(Images).Assembly.GetName().Version!.ToString(3);
        Assert.StartsWith(
            $"## {version}",
            File.ReadLines(Path.Combine(Repository.Root, "CHANGELOG.md")).First(line => line.StartsWith("## ", StringComparison.Ordinal))
        );
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Sample_runs_and_says_something_in_bits(string sample) => Assert.Matches(@"\d[\d.,]*( ± \d[\d.,]*)? bits", await Run(sample));

    /// <summary>What decodes archives or measures tables is small: the tensor library alone has 500 MB.</summary>
    [Theory]
    [InlineData("03-open-an-archive")]
    [InlineData("04-measure-a-table")]
    public async Task Programs_without_a_model_carry_no_tensor_library(string sample)
    {
        using var temporary = new TemporaryFolder();
        var output = await Build(temporary.Path, Path.Combine(Repository.Root, "samples", $"{sample}.cs"));
        var files = Directory.GetFiles(output, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => Path.GetFileName(file) == $"{sample}.dll");
        Assert.DoesNotContain(files, file => Path.GetFileName(file).Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(" bits", await DotnetCommand.Run(temporary.Path, [Path.Combine(output, $"{sample}.dll"), .. Arguments(sample)]));
    }

    /// <summary>Programs of one file that share a folder of objects would run the one that was built last.</summary>
    [Fact]
    public async Task A_sample_runs_itself_after_another_has_run()
    {
        var first = await Run("02-entropy-coding.cs");
        Assert.Contains(" bits", first);
        Assert.NotEqual(first, await Run("04-measure-a-table.cs"));
        Assert.Equal(first, await Run("02-entropy-coding.cs"));
    }

    /// <summary>A sample's lines but for those that name its project.</summary>
    internal static string Code(string sample) =>
        string.Join(
                '\n',
                File.ReadAllLines(Path.Combine(Repository.Root, "samples", $"{sample}.cs")).SkipWhile(line => line.StartsWith("#:", StringComparison.Ordinal))
            )
            .Trim();

    private static async Task<string> Run(string sample)
    {
        using var temporary = new TemporaryFolder();
        return await DotnetCommand.Run(temporary.Path, ["run", "-c", "Release", Path.Combine(Repository.Root, "samples", sample), "--", .. Arguments(sample)]);
    }

    private static string[] Arguments(string sample) =>
        sample.StartsWith("03-", StringComparison.Ordinal) ? [GoldenFile.PathOf("archives/binary-10001.isth")] : [];

    /// <summary>Builds a program of one file and gives the folder it lies in. An own output folder would build every project it names again.</summary>
    internal static async Task<string> Build(string folder, string program) =>
        (await DotnetCommand.Run(folder, "build", "-c", "Release", program, "-t:Build", "-getProperty:TargetDir")).Trim();

    private static IEnumerable<string> Block(string page, string language) =>
        Regex
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, page)), $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value);
}
