using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Isthmus.Tests;

/// <summary>
/// What is written for people: public summaries are noun phrases or begin with a verb and use the words of the field, and lines of code fit 160 columns.
/// </summary>
public partial class PlainEnglishTests
{
    private const int Columns = 160;

    // A word that is not of the field, and the one that is.
    private static readonly (string Word, string Instead)[] Words =
    [
        (@"foretells?|foretold|foretelling", "predict"),
        (@"by chance", "random, at random"),
        (@"by lot", "at random"),
        (@"blanks?|blanked", "missing value"),
        (@"gaps", "missing values"),
        (@"likeliest", "most likely"),
        (@"strait", "bottleneck, code"),
        (@"nobody|somebody|whoever", "null, the caller, or the passive"),
    ];

    // Summaries that may use such a word, by what it means there.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["P:Isthmus.Tables.ScoredTable.Summary"] = "quotes its own sentence, in which chance is what is meant",
    };

    public static TheoryData<string> Documented => [.. LayersTests.Product];

    [Theory]
    [MemberData(nameof(Documented))]
    public void Public_summaries_are_noun_phrases_or_begin_with_a_verb(string assembly) =>
        Assert.Empty(PublicSummaries(assembly).Where(summary => BadOpening().IsMatch(summary.Text)).Select(summary => $"{summary.Member}: {summary.Text}"));

    [Theory]
    [MemberData(nameof(Documented))]
    public void Public_summaries_use_the_words_of_the_field(string assembly) =>
        Assert.Empty(
            from summary in PublicSummaries(assembly)
            where !Allowed.ContainsKey(summary.Member)
            from word in Words
            where Regex.IsMatch(summary.Text, $@"\b({word.Word})\b", RegexOptions.IgnoreCase)
            select $"{summary.Member}: say {word.Instead} for {word.Word} in \"{summary.Text}\""
        );

    [Fact]
    public void Words_are_allowed_only_where_they_are_used()
    {
        var members = LayersTests.Product.SelectMany(PublicSummaries).ToDictionary(summary => summary.Member, summary => summary.Text);
        Assert.All(Allowed.Keys, member =>
            Assert.Contains(Words, word => Regex.IsMatch(members.GetValueOrDefault(member, ""), word.Word, RegexOptions.IgnoreCase))
        );
    }

    [Fact]
    public void No_line_of_code_is_longer_than_160_columns() =>
        Assert.Empty(
            from folder in new[] { "src", "tests", "bench", "samples" }
            from pattern in new[] { "*.cs", "*.razor" }
            from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            from line in File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
            where line.Text.Length > Columns
            select $"{Path.GetRelativePath(Repository.Root, path)}:{line.Number}: {line.Text.Length} columns"
        );

    // Told is a passive, What and its kin begin a question, and Of has lost its noun.
    [GeneratedRegex("^(Of|Told|What|Whether|How|Where|Which|Why|When|As|Shown|Gets what|Says) ")]
    private static partial Regex BadOpening();

    private static IEnumerable<(string Member, string Text)> PublicSummaries(string assembly)
    {
        var members = PublicMembers(Assembly.Load(assembly));
        return from member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml")).Descendants("member")
               let name = (string)member.Attribute("name")!
               where members.Contains(name.Split('(', '~')[0])
               let summary = member.Element("summary")
               where summary is not null
               select (name, string.Join(' ', summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    // Names as documentation files have them, without the parameters of methods.
    private static HashSet<string> PublicMembers(Assembly assembly)
    {
        var names = new HashSet<string>();
        foreach (var type in assembly.GetTypes().Where(type => type.IsVisible))
        {
            var name = type.FullName!.Replace('+', '.');
            names.Add($"T:{name}");
            foreach (var member in type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                names.Add(
                    member switch
                    {
                        ConstructorInfo => $"M:{name}.#ctor",
                        MethodInfo { IsGenericMethod: true } method => $"M:{name}.{method.Name}``{method.GetGenericArguments().Length}",
                        MethodInfo method => $"M:{name}.{method.Name}",
                        PropertyInfo property => $"P:{name}.{property.Name}",
                        FieldInfo field => $"F:{name}.{field.Name}",
                        EventInfo @event => $"E:{name}.{@event.Name}",
                        _ => "",
                    }
                );
        }
        return names;
    }
}
