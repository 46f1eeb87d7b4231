using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests;

/// <summary>The libraries speak of members; flags and verbs are words of the command line, which alone writes them.</summary>
public partial class LibraryWordsTests
{
    // What may hold flags or verbs in a library, by type or by method: it makes command lines, or says how they spell a name.
    private static readonly string[] Allowed =
    [
        "OptionNames", // the table of both spellings
        "ReproducingCommand", // the command that trains the same model again
        "Arguments", // the options that read such data again, for that command
        "Next", // the command to give next, which a report ends with
        "Verdict", // the same
        "InteractionFigures", // the same
        "DocumentText", // the flags of iconv
    ];

    // The studio is a part of the tool: it starts commands, and shows them to be copied.
    public static TheoryData<string> Libraries => [.. All.Select(row => row.Data).Where(name => name is not ("Isthmus.Cli" or "Isthmus.Studio"))];

    public static TheoryData<string> All => [.. LayersTests.Product];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_text_of_a_library_names_a_flag_or_a_verb(string assembly)
    {
        var found = CompiledCode
            .Of(Assembly.Load(assembly))
            .Where(code => code.Operand is string text && CommandLineWord().IsMatch(text) && !IsAllowed(code.Method))
            .Select(code => $"{code.Method.DeclaringType!.FullName}.{code.Method.Name}: {code.Operand}");
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("give a lower --min-rating.", true)]
    [InlineData("(--k)", true)]
    [InlineData("--samples ", true)]
    [InlineData("train one with 'isthmus train articles/'", true)]
    [InlineData("give it with -m", true)]
    [InlineData("fill:var(--c0)", false)]
    [InlineData("<div style=\"--across:3\">", false)]
    [InlineData("an isthmus of 20 numbers", false)]
    [InlineData("well-known and 20--30", false)]
    public void A_flag_or_a_verb_is_told_from_other_text(string text, bool expected) => Assert.Equal(expected, CommandLineWord().IsMatch(text));

    /// <summary>A name in an ordinary string has lost its other spelling: it must go into a wording, or be spelled on purpose.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void No_name_of_two_spellings_goes_into_a_plain_string(string assembly)
    {
        var found = CompiledCode
            .Of(Assembly.Load(assembly))
            .Where(code =>
                code.Operand is MethodInfo { IsGenericMethod: true, Name: nameof(DefaultInterpolatedStringHandler.AppendFormatted) } append
                && append.DeclaringType == typeof(DefaultInterpolatedStringHandler)
                && append.GetGenericArguments()[0] is var value
                && (value == typeof(ApiName) || value == typeof(Wording) || value == typeof(InvalidInputException))
            )
            .Select(code => $"{code.Method.DeclaringType!.FullName}.{code.Method.Name}");
        Assert.Empty(found);
    }

    public static TheoryData<string> Names => [.. typeof(OptionNames).GetFields().Select(name => name.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_there_in_the_library_and_on_the_command_line(string field)
    {
        var name = (ApiName)typeof(OptionNames).GetField(field)!.GetValue(null)!;
        Assert.True(IsMember(name.Member), $"No type, member or parameter is called {name.Member}.");
        var root = Cli.CommandLine.Root();
        foreach (Match word in CommandLineWord().Matches(name.CommandLine))
            Assert.Contains(root.Subcommands, verb =>
                word.Value.Trim() == $"isthmus {verb.Name}"
                || verb.Options.Any(option => option.Name == word.Value.Trim() || option.Aliases.Contains(word.Value.Trim()))
            );
        Assert.Matches(CommandLineWord(), name.CommandLine);
    }

    /// <summary>Settings and presets are named by rule: the rule must give the member that is there.</summary>
    [Fact]
    public void A_setting_is_a_member_of_options_and_a_preset_one_of_Autoencoders()
    {
        Type[] types = [.. typeof(PartOptions).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(PartOptions)))];
        var settings = types
            .Where(type => !type.IsAbstract)
            .Select(type => (PartOptions)Activator.CreateInstance(type)!)
            .SelectMany(part => Parts.All.Single(place => place.Choice.Key == part.Values.First().Key).SettingsOf(part.Name))
            .Concat(Parts.All.Select(place => place.Choice))
            .Concat(TrainingSettings.All)
            .Append(ModelSpecification.Latent);
        var members = types
            .Concat([typeof(ModelOptions), typeof(TrainingOptions)])
            .SelectMany(type => type.GetProperties())
            .Select(property => property.Name)
            .ToHashSet();
        Assert.All(settings, setting => Assert.Contains(OptionNames.Key(setting.Key).Member, members));
        Assert.All(Preset.All, preset => Assert.True(IsMember(OptionNames.Model(preset.Name).Member), preset.Name));
    }

    private static bool IsMember(string name)
    {
        var types = Libraries.SelectMany(row => Assembly.Load(row.Data).GetExportedTypes()).ToArray();
        if (char.IsLower(name[0]))
            return types.SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()).Any(parameter => parameter.Name == name);
        var parts = name.Split('.');
        return types.Any(type => type.Name == parts[0] && (parts.Length == 1 || type.GetMember(parts[1]).Length > 0));
    }

    // Closures are types and methods of their own, named after the method that they are in: <Next>b__0.
    private static bool IsAllowed(MethodBase method)
    {
        for (var type = method.DeclaringType; type is not null; type = type.DeclaringType)
            if (Allowed.Contains(type.Name))
                return true;
        return Allowed.Contains(method.Name) || Allowed.Any(allowed => method.Name.StartsWith($"<{allowed}>", StringComparison.Ordinal));
    }

    [GeneratedRegex(
        @"(?<!var\()(?<![\w-])--[a-z][a-z0-9-]*(?![a-z0-9-]*:)|(?<=^|[ (])-[a-z](?=$|[ ,.;)])|\bisthmus (train|sweep|evaluate|encode|reconstruct|denoise|sample"
            + @"|interpolate|recommend|topics|search|score|impute|measure|compress|decompress|export|info|models)\b"
    )]
    private static partial Regex CommandLineWord();
}
