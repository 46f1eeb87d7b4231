using System.Text.RegularExpressions;
using Isthmus.Models;
using Isthmus.Tests.Verbs;

namespace Isthmus.Tests;

/// <summary>What the pages say of models, settings, commands and each other is so.</summary>
public sealed partial class DocsTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    private static IEnumerable<string> Pages() =>
        Directory
            .GetFiles(Docs, "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Append(Path.Combine(Repository.Root, "CONTRIBUTING.md"))
            .Append(Path.Combine(Repository.Root, "CHANGELOG.md"))
            .Append(Path.Combine(Repository.Root, "bench", "reproductions", "README.md"));

    private static string PageOf(string preset) => Path.Combine(Docs, "models", $"{preset}.md");

    private static string NameOf(string page) => Path.GetRelativePath(Repository.Root, page);

    [Fact]
    public void Every_preset_has_a_page_and_every_page_a_preset()
    {
        string[] pages = [.. Directory.GetFiles(Path.Combine(Docs, "models"), "*.md").Select(page => Path.GetFileNameWithoutExtension(page)!)];
        Assert.Equal(Preset.All.Select(preset => preset.Name).Order(StringComparer.Ordinal), pages.Except(["README"]).Order(StringComparer.Ordinal));
        var index = File.ReadAllText(PageOf("README"));
        foreach (var preset in Preset.All)
            Assert.Contains($"[`{preset.Name}`]({preset.Name}.md)", index);
    }

    public static TheoryData<string> Presets() => [.. Preset.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_model_page_has_every_part_in_order(string preset)
    {
        var page = File.ReadAllText(PageOf(preset));
        Assert.StartsWith($"# `{preset}`: ", page);
        Assert.Contains("*Source*: ", page);
        Assert.Equal(
            ["Generative process", "Inference", "Loss", "Settings", "When to use it", "When not to use it", "Run it"],
            Heading().Matches(page).Select(match => match.Groups[2].Value).Skip(1)
        );
        Assert.Contains($"--model {preset}", page);
    }

    /// <summary>The line of C# on a model's page asks for that model, by parameters that there are.</summary>
    [Theory]
    [MemberData(nameof(Presets))]
    public void A_model_page_asks_for_its_model_in_csharp(string preset)
    {
        var call = Call().Match(File.ReadAllText(PageOf(preset)));
        Assert.True(call.Success, $"{preset}: no line of C# on its page");
        var member = typeof(Autoencoders).GetMethod(call.Groups[1].Value);
        Assert.True(member is not null, $"Autoencoders.{call.Groups[1].Value}: no such member");
        var parameters = member.GetParameters();
        Assert.Equal(preset, Assert.IsType<ModelOptions>(member.Invoke(null, new object?[parameters.Length])).Preset);
        foreach (Match argument in Argument().Matches(call.Groups[2].Value))
            Assert.Contains(argument.Groups[1].Value, parameters.Select(parameter => parameter.Name));
    }

    /// <summary>The defaults of the pages are the preset's, or else those of <c>isthmus train --help settings</c>.</summary>
    [Theory]
    [MemberData(nameof(Presets))]
    public void A_model_page_gives_the_settings_that_there_are_with_their_defaults(string preset)
    {
        using var terminal = new Terminal();
        var declared = DeclaredSetting()
            .Matches(terminal.Done("train --help settings").Output)
            .ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var own = Preset.Named(preset).Values;
        var rows = SettingRow().Matches(File.ReadAllText(PageOf(preset)));
        Assert.NotEmpty(rows);
        foreach (Match row in rows)
        {
            var (name, value) = (row.Groups[1].Value, row.Groups[2].Value);
            var expected = own.TryGetValue(name, out var ours) ? [ours] : declared[name].Distinct().ToArray();
            Assert.True(expected.Contains(value), $"{preset}: {name} is {value} on its page, and is {string.Join(" or ", expected)}.");
        }
    }

    [Fact]
    public void Commands_of_the_pages_are_understood()
    {
        var commands = 0;
        foreach (var page in Pages().Where(page => !page.StartsWith(Path.Combine(Docs, "decisions"), StringComparison.Ordinal)))
            foreach (Match command in Command().Matches(File.ReadAllText(page)))
            {
                var words = Word().Matches(command.Groups[1].Value).TakeWhile(word => word.Value != "#").Select(word => word.Value.Replace("\"", ""));
                Assert.Empty(Cli.CommandLine.Root().Parse([.. words]).Errors.Select(error => $"{NameOf(page)}: {command.Value.Trim()}: {error.Message}"));
                commands++;
            }
        Assert.True(commands > 100, $"{commands} commands found");
    }

    [Fact]
    public void Links_of_the_pages_lead_somewhere()
    {
        List<string> dead = [];
        foreach (var page in Pages())
            foreach (Match link in Link().Matches(Fence().Replace(File.ReadAllText(page), "")))
            {
                var path = link.Groups[1].Value;
                var target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
                var anchor = link.Groups[2].Value;
                var isThere =
                    Path.Exists(target)
                    && (anchor.Length == 0 || !target.EndsWith(".md", StringComparison.Ordinal) || Anchors(File.ReadAllText(target)).Contains(anchor));
                if (!isThere)
                    dead.Add($"{NameOf(page)}: {link.Value}");
            }
        Assert.Empty(dead);
    }

    [Fact]
    public void Every_decision_is_in_the_index()
    {
        var index = File.ReadAllText(Path.Combine(Docs, "decisions", "README.md"));
        foreach (var decision in Directory.GetFiles(Path.Combine(Docs, "decisions"), "0*.md"))
            Assert.Contains($"]({Path.GetFileName(decision)})", index);
    }

    [Fact]
    public void Pages_that_code_names_are_there()
    {
        string[] folders = ["src", "tests", "bench", "samples"];
        List<string> dead = [];
        foreach (var file in folders.SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)))
            foreach (Match page in Mention().Matches(File.ReadAllText(file)))
                if (!Path.Exists(Path.Combine(Repository.Root, page.Value)))
                    dead.Add($"{NameOf(file)}: {page.Value}");
        Assert.Empty(dead);
    }

    [Fact]
    public void Pages_for_users_speak_of_no_target_that_the_user_did_not_set()
    {
        foreach (
            var page in Pages().Where(page => NameOf(page).Split(Path.DirectorySeparatorChar) is [_, "guide" or "models" or "reference" or "measures", ..])
        )
            Assert.DoesNotMatch(@"was the aim|were asked|was asked|aim: missed|Asked were", File.ReadAllText(page));
    }

    /// <summary>As GitHub makes them of headings.</summary>
    private static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(page).Select(match => NotOfAnchors().Replace(match.Groups[2].Value.ToLowerInvariant(), "").Trim().Replace(' ', '-'));

    [GeneratedRegex(@"^(#+) (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*([a-z][a-z0-9-]*) +[^\n]*\[([^\]\n]*)\]$", RegexOptions.Multiline)]
    private static partial Regex DeclaredSetting();

    [GeneratedRegex(@"^\| `([a-z0-9-]+)` \| ([^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex(@"Autoencoders\.(\w+)\(([^)]*)\)")]
    private static partial Regex Call();

    [GeneratedRegex(@"(\w+): ")]
    private static partial Regex Argument();

    [GeneratedRegex(@"^ *(?:isthmus|dotnet run -c Release --project src/Isthmus\.Cli --) ([a-z][^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?:""[^""]*""|[^ ""])+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\]\((?![a-z]+:)([^)#\s]*)#?([^)\s]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotOfAnchors();

    [GeneratedRegex(@"docs/[a-z0-9/-]+\.md")]
    private static partial Regex Mention();
}
