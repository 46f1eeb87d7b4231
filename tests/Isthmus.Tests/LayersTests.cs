using System.Reflection;
using System.Reflection.Emit;
using Isthmus.Data.Records;

namespace Isthmus.Tests;

/// <summary>
/// Rooms and their order: a type may use types of its own room and of rooms below it, and of no other. Read from the compiled assemblies: base types,
/// signatures, attributes, local variables and everything that the code of a method names. Constants leave no trace there.
/// </summary>
public class LayersTests
{
    // From the bottom up; an assembly, then the folders in it. The root of an assembly is named by the assembly alone.
    private static readonly string[] Rooms =
    [
        "Isthmus.Information/Numerics",
        "Isthmus.Information",
        "Isthmus.Information/Entropy",
        "Isthmus.Information/Divergence",
        "Isthmus.Information/MutualInformation",
        "Isthmus.Information/Coding",
        "Isthmus.Data",
        "Isthmus.Data/Files",
        "Isthmus.Data/Arrays",
        "Isthmus.Data/Cells",
        "Isthmus.Data/Shares",
        "Isthmus.Data/Storage",
        "Isthmus.Data/Records",
        "Isthmus.Data/Vectors",
        "Isthmus.Data/Images",
        "Isthmus.Data/Tables",
        "Isthmus.Data/Interactions",
        "Isthmus.Data/Documents",
        "Isthmus.Data/Lines",
        "Isthmus.Data/Published",
        "Isthmus.Data/Formats",
        "Isthmus.Compression/Codecs",
        "Isthmus.Compression/Integer",
        "Isthmus.Compression/Photographs",
        "Isthmus.Compression/Lines",
        "Isthmus.Compression/Archive",
        "Isthmus.Measures",
        "Isthmus/Processes",
        "Isthmus/Maps",
        "Isthmus/Compute",
        "Isthmus/Models/Primitives",
        "Isthmus/Models/*",
        "Isthmus/Models",
        "Isthmus/Codes",
        "Isthmus/Quantisation",
        "Isthmus/Training",
        "Isthmus/Tracking",
        "Isthmus/NeuralInformation",
        "Isthmus/Evaluation",
        "Isthmus/Photographs",
        "Isthmus/Numeric",
        "Isthmus/Recommenders",
        "Isthmus/Topics",
        "Isthmus/Lines",
        "Isthmus/Tables",
        "Isthmus/Dictionaries",
        "Isthmus",
        "Isthmus.Pretrained",
        "Isthmus.Onnx/Wire",
        "Isthmus.Onnx/Graphs",
        "Isthmus.Onnx/Emitters",
        "Isthmus.Onnx/Records",
        "Isthmus.Onnx/Tables",
        "Isthmus.Onnx/Activations",
        "Isthmus.Onnx/Hosting",
        "Isthmus.Onnx",
        "Isthmus.MachineLearning",
        "Isthmus.Extensions.AI",
        "Isthmus.Server/Settings",
        "Isthmus.Server/Protocol",
        "Isthmus.Server/Drift",
        "Isthmus.Server/Requests",
        "Isthmus.Server/Tables",
        "Isthmus.Server/Runtime",
        "Isthmus.Server/Models",
        "Isthmus.Server/Observation",
        "Isthmus.Server/Records",
        "Isthmus.Server/Security",
        "Isthmus.Server/Endpoints",
        "Isthmus.Server/OpenInference",
        "Isthmus.Server/Description",
        "Isthmus.Server",
        "Isthmus.Server/Hosting",
        "Isthmus.Reporting/Drawing",
        "Isthmus.Reporting/Pages",
        "Isthmus.Reporting/Experiments",
        "Isthmus.Studio/Folders",
        "Isthmus.Studio/Tables",
        "Isthmus.Studio/Texts",
        "Isthmus.Studio/Models",
        "Isthmus.Studio/Maps",
        "Isthmus.Studio/Components",
        "Isthmus.Studio/Pages",
        "Isthmus.Studio",
        "Isthmus.Studio/Hosting",
        "Isthmus.Cli/Output",
        "Isthmus.Cli/Arguments",
        "Isthmus.Cli/Verbs",
        "Isthmus.Cli",
    ];

    /// <summary>Assemblies of the product, from the bottom up.</summary>
    internal static readonly string[] Product = [.. Rooms.Select(room => room.Split('/')[0]).Distinct()];

    private static readonly Dictionary<string, Assembly> Assemblies = Product.ToDictionary(name => name, Assembly.Load);

    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Houses => [.. Assemblies.Keys];

    [Theory]
    [MemberData(nameof(Houses))]
    public void No_type_uses_one_of_a_room_above_its_own(string assembly)
    {
        var upward = Assemblies[assembly]
            .GetTypes()
            .Where(IsOurs)
            .SelectMany(type =>
                Used(type)
                    .Select(Plain)
                    .OfType<Type>()
                    .Where(IsOurs)
                    .Distinct()
                    .Where(used => Floor(used) > Floor(type))
                    .Select(used => $"{Outer(type).FullName} -> {Outer(used).FullName}")
            )
            .Distinct()
            .Order()
            .ToArray();
        Assert.True(upward.Length == 0, $"Arrows that point up:\n{string.Join('\n', upward)}");
    }

    [Theory]
    [MemberData(nameof(Houses))]
    public void Every_type_is_in_a_room_that_is_stated(string assembly) =>
        Assert.Empty(Assemblies[assembly].GetTypes().Where(IsOurs).Select(Room).Distinct().Except(Rooms));

    // Folders of one kind of record; schemas themselves (which kind a part or a command demands, and equality); and the one decision elsewhere: a row of
    // mixed columns enters a network through RowInput.
    private static readonly string[] OfOneKind =
    [
        "Images",
        "Vectors",
        "Tables",
        "Interactions",
        "Recommenders",
        "Documents",
        "Numeric",
        "Photographs",
        "Topics",
        "Lines",
        "Dictionaries",
    ];
    private static readonly string[] AllowedToAsk =
    [
        "Isthmus.Data.Records.DataSchema",
        "Isthmus.Data.Records.CountSchema",
        "Isthmus.Models.Networks.MlpNetwork",
    ];

    /// <summary>What a record is, is said by its kind: code elsewhere asks the kind, and tells no schema from another.</summary>
    [Theory]
    [MemberData(nameof(Houses))]
    public void Only_folders_of_one_kind_of_record_ask_a_schema_which_it_is(string assembly)
    {
        var asking = Assemblies[assembly]
            .GetTypes()
            .Where(IsOurs)
            .Where(type => !OfOneKind.Contains(Outer(type).Namespace!.Split('.')[^1]) && !AllowedToAsk.Contains(Outer(type).FullName))
            .SelectMany(type => type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
            .Where(method =>
                method.GetMethodBody() is { } body
                && CompiledCode
                    .Operations(method, body)
                    .Any(found => found.Operation == OpCodes.Isinst && found.Operand is Type asked && asked.IsSubclassOf(typeof(DataSchema)))
            )
            .Select(method => $"{Outer(method.DeclaringType!).FullName}.{method.Name}");
        Assert.Empty(asking);
    }

    [Fact]
    public void A_method_that_names_a_type_is_seen_to_use_it()
    {
        // The reader itself: a type that stands in a body alone.
        Assert.Contains(typeof(System.Text.StringBuilder), Used(typeof(Naming)).Select(Plain));
        Assert.Contains(typeof(CancellationToken), Used(typeof(Naming)).Select(Plain));
    }

    private static class Naming
    {
        public static object Body() => new System.Text.StringBuilder();

        public static async Task Later(List<CancellationToken[]> tokens) => await Task.FromResult(tokens.Count);
    }

    private static bool IsOurs(Type type) =>
        Assemblies.ContainsValue(type.Assembly)
        && Outer(type).Namespace is not null and not "System.Text.RegularExpressions.Generated"
        // Generators add types of other names: Razor's of components with a type parameter, and attributes.
        && Outer(type).Namespace!.StartsWith("Isthmus", StringComparison.Ordinal)
        && !Outer(type).Name.StartsWith('<');

    private static Type Outer(Type type) => type.DeclaringType is { } outer ? Outer(outer) : type;

    private static string Room(Type type)
    {
        var (assembly, space) = (type.Assembly.GetName().Name!, Outer(type).Namespace!);
        string[] folders = space.Length > assembly.Length ? space[(assembly.Length + 1)..].Split('.') : [];
        return (assembly, folders) switch
        {
            ("Isthmus.Data", _) when space == "Isthmus" => assembly,
            (_, []) => assembly,
            ("Isthmus", ["Models", "Primitives"]) => "Isthmus/Models/Primitives",
            ("Isthmus", ["Models", _]) => "Isthmus/Models/*",
            _ => $"{assembly}/{folders[0]}",
        };
    }

    private static int Floor(Type type) => Array.IndexOf(Rooms, Room(type));

    // Elements of arrays, by-references and pointers; of a generic type its definition, whose arguments are listed apart.
    private static Type? Plain(Type? type) =>
        type switch
        {
            null => null,
            { HasElementType: true } => Plain(type.GetElementType()),
            { IsGenericParameter: true } => null,
            { IsGenericType: true } => type.GetGenericTypeDefinition(),
            _ => type,
        };

    private static IEnumerable<Type?> Parts(Type? type)
    {
        yield return type;
        for (var inner = type; inner is not null; inner = inner.HasElementType ? inner.GetElementType() : null)
            if (inner.IsGenericType)
                foreach (var part in inner.GetGenericArguments().SelectMany(Parts))
                    yield return part;
    }

    private static IEnumerable<Type?> Used(Type type)
    {
        List<Type?> used = [type.BaseType, .. type.GetInterfaces(), .. Attributes(type)];
        foreach (var nested in type.GetNestedTypes(Everything))
            used.AddRange(Used(nested));
        foreach (var field in type.GetFields(Everything))
            used.AddRange([field.FieldType, .. Attributes(field)]);
        foreach (var property in type.GetProperties(Everything))
            used.AddRange([property.PropertyType, .. Attributes(property)]);
        foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
        {
            used.AddRange([(method as MethodInfo)?.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType), .. Attributes(method)]);
            if (method.GetMethodBody() is { } body)
                used.AddRange([
                    .. body.LocalVariables.Select(local => local.LocalType),
                    .. body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType),
                    .. Named(method, body),
                ]);
        }
        return used.SelectMany(Parts);
    }

    private static IEnumerable<Type?> Attributes(MemberInfo member) =>
        member
            .GetCustomAttributesData()
            .SelectMany(attribute => attribute.ConstructorArguments.Select(argument => argument.Value as Type).Append(attribute.AttributeType));

    // Types in the code: those that stand there, and of methods and fields what declares them and what they are made of.
    private static IEnumerable<Type?> Named(MethodBase method, MethodBody body)
    {
        foreach (var named in CompiledCode.Operations(method, body).Select(found => found.Operand).OfType<MemberInfo>())
        {
            yield return named as Type ?? named.DeclaringType;
            if (named is MethodInfo { IsGenericMethod: true } generic)
                foreach (var argument in generic.GetGenericArguments())
                    yield return argument;
        }
    }
}
