using System.Globalization;
using System.Reflection;
using System.Xml.Linq;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Tests.Models;

public class TypedOptionsTests
{
    // Places whose parts have options of their own, with the part that each concrete options record chooses.
    private static readonly ILookup<Type, PartOptions> Options = typeof(PartOptions)
        .Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(PartOptions)) && !type.IsAbstract)
        .ToLookup(type => type.BaseType!, type => (PartOptions)Activator.CreateInstance(type)!);

    private static readonly ILookup<string, XElement> Docs = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "Isthmus.xml"))
        .Descendants("member")
        .ToLookup(member => (string)member.Attribute("name")!);

    public static TheoryData<string> Places => [.. Parts.All.Select(place => place.Choice.Key)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_part_has_options_with_a_member_for_each_of_its_settings(string key)
    {
        var place = Parts.All.Single(place => place.Choice.Key == key);
        var options = Options.Single(group => group.First().Values.First().Key == key);
        Assert.Equal(place.Names.Take(place.BuiltIn).Order(StringComparer.Ordinal), options.Select(one => one.Name).Order(StringComparer.Ordinal));
        foreach (var one in options)
        {
            // The base names it, so that a dot finds it.
            Assert.Contains(options.Key.GetProperties(BindingFlags.Static | BindingFlags.Public), property =>
                property.PropertyType == one.GetType() && one.Equals(property.GetValue(null))
            );
            Assert.Equal(
                place.SettingsOf(one.Name).Count,
                one.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Length
            );
            AssertMembers(one.GetType(), place.SettingsOf(one.Name), value => With(one, value.Property, value.Value).Values);
        }
    }

    [Fact]
    public void Every_setting_of_training_has_a_member() => AssertMembers(typeof(TrainingOptions), TrainingSettings.All, value =>
        {
            var options = new TrainingOptions();
            value.Property.SetValue(options, value.Value);
            return options.Values;
        });

    [Fact]
    public void Every_named_model_has_a_member_that_is_the_model_itself()
    {
        var members = typeof(Autoencoders).GetMethods(BindingFlags.Static | BindingFlags.Public);
        Assert.Equal(Preset.All.Count, members.Length);
        foreach (var member in members)
        {
            var options = (ModelOptions)member.Invoke(null, [.. member.GetParameters().Select(_ => (object?)null)])!;
            Assert.Equal(options.Preset.Replace("-", "", StringComparison.Ordinal), member.Name.ToLowerInvariant());
            var preset = Preset.Named(options.Preset);
            // What the member chooses by type is what the preset chooses by name.
            var own = Settings.Empty.Overlay(Parts.All.Select(place => KeyValuePair.Create(place.Choice.Key, place.Choice.Default))).Overlay(preset.Values);
            foreach (var (key, value) in options.Settings)
                Assert.Equal(own.Values[key], value);
        }
    }

    [Fact]
    public void A_value_out_of_range_is_refused_where_it_is_set()
    {
        Assert.Throws<InvalidInputException>(() => NetworkOptions.Mlp with { Dropout = 1 });
        Assert.Throws<InvalidInputException>(() => NetworkOptions.Mlp with { Hidden = [0] });
        Assert.Throws<InvalidInputException>(() => NetworkOptions.Convolutional with { ConvActivation = ActivationFunction.Gated });
        Assert.Throws<InvalidInputException>(() => new TrainingOptions { LearningRate = double.NaN });
        Assert.Throws<InvalidInputException>(() => Autoencoders.Vae(latent: 0));
        Assert.Contains("did you mean 'vae'", Assert.Throws<InvalidInputException>(() => new ModelOptions("vaee")).Message);
    }

    [Fact]
    public void Typed_options_resolve_to_the_settings_of_the_command_line()
    {
        var options = Autoencoders.BetaVae(
            beta: 2,
            latent: 8,
            network: NetworkOptions.Mlp with
            {
                Hidden = [64, 32],
                Activation = ActivationFunction.Silu,
            }
        ) with
        {
            Prior = PriorOptions.GaussianMixture with { PriorComponents = 7 },
            Corruption = CorruptionOptions.SaltAndPepper,
        };
        var schema = new ImageSchema(4, 4, 1, 1);
        var typed = ModelSpecification.Resolve(options.Preset, schema, options.Settings, TrainingSettings.All);
        var text = "beta=2 latent=8 net=mlp hidden=64,32 activation=silu prior=mixture prior-components=7 corruption=salt-and-pepper";
        var said = text.Split(' ').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
        Assert.Equal(ModelSpecification.Resolve("beta-vae", schema, said, TrainingSettings.All), typed);
        // Null takes a setting back.
        Assert.Equal(NetworkOptions.Mlp, NetworkOptions.Mlp with { Hidden = [64] } with { Hidden = null });
    }

    private static PartOptions With(PartOptions options, PropertyInfo property, object? value)
    {
        var copy = (PartOptions)Activator.CreateInstance(options.GetType())!;
        property.SetValue(copy, value);
        return copy;
    }

    private static void AssertMembers(
        Type type,
        IReadOnlyList<Setting> settings,
        Func<(PropertyInfo Property, object? Value), IEnumerable<KeyValuePair<string, string>>> set
    )
    {
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);
        Assert.Empty(settings.Select(setting => Pascal(setting.Key)).Except(properties.Select(property => property.Name)));
        foreach (var setting in settings)
        {
            var property = properties.Single(property => property.Name == Pascal(setting.Key));
            var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object?[] values =
                kind.IsEnum ? [.. Enum.GetValues(kind).Cast<object>()]
                : kind == typeof(IReadOnlyList<int>) ? [(int[])[3, 2]]
                : kind == typeof(string) ? ["a"]
                : [Convert.ChangeType(setting.DefaultText, kind, CultureInfo.InvariantCulture)];
            var words = values.Select(value =>
            {
                try
                {
                    return set((property, value)).Single(pair => pair.Key == setting.Key).Value;
                }
                catch (TargetInvocationException e) when (e.InnerException is InvalidInputException)
                {
                    return null;
                }
            });
            // Each word of a choice is a member of its enumeration.
            if (kind.IsEnum)
                Assert.Equal(setting.Choices.Order(StringComparer.Ordinal), words.OfType<string>().Order(StringComparer.Ordinal));
            else
                Assert.NotNull(Assert.Single(words));
            var text = string.Concat(Docs[$"P:{type.FullName}.{property.Name}"].Single().Element("summary")!.DescendantNodes().Select(Shown));
            var initial = Shown(setting, kind);
            Assert.True(
                text.Contains($"Default {initial}.", StringComparison.Ordinal),
                $"{type.Name}.{property.Name} does not say 'Default {initial}.': {text}"
            );
        }
    }

    private static string Shown(XNode node) =>
        node switch
        {
            XText text => System.Text.RegularExpressions.Regex.Replace(text.Value, @"\s+", " "),
            XElement { Name.LocalName: "see" } see => ((string)see.Attribute("cref")!).Split('.')[^1],
            _ => "",
        };

    private static string Shown(Setting setting, Type kind) =>
        kind.IsEnum
            ? Enum.GetNames(kind)
                .Single(name => name.Equals(setting.DefaultText.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
        : setting.DefaultText.Length == 0 ? "none"
        : kind == typeof(IReadOnlyList<int>) ? setting.DefaultText.Replace(",", ", ", StringComparison.Ordinal)
        : kind == typeof(int) ? int.Parse(setting.DefaultText, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture)
        : setting.DefaultText;

    private static string Pascal(string key) => string.Concat(key.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
