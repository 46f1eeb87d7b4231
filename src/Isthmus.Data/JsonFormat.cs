using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Isthmus;

/// <summary>JSON as Isthmus writes it: snake_case names, such as <c>elbo_nats</c>; non-finite numbers as strings.</summary>
public static class JsonFormat
{
    private const string Discriminator = "kind";

    private static readonly List<(Type Base, Type Type, string Kind)> Known = [];
    private static JsonSerializerOptions? _compact,
        _indented;

    /// <summary>Options for one object a line.</summary>
    public static JsonSerializerOptions Compact => _compact ??= Create(indented: false);

    /// <summary>Options for reading by people, indented.</summary>
    public static JsonSerializerOptions Indented => _indented ??= Create(indented: true);

    /// <summary>Registers a type by the name of its <c>kind</c> in files, for properties of a type that it extends.</summary>
    internal static void Know(Type baseType, Type type, string kind)
    {
        lock (Known)
        {
            Known.Add((baseType, type, kind));
            // Options are read-only after their first use.
            (_compact, _indented) = (null, null);
        }
    }

    private static void AddKinds(JsonTypeInfo type)
    {
        lock (Known)
        {
            foreach (var (_, derived, kind) in Known.Where(known => known.Base == type.Type))
                (type.PolymorphismOptions ??= new() { TypeDiscriminatorPropertyName = Discriminator }).DerivedTypes.Add(new(derived, kind));
            // The name says it; a property of that name cannot stand beside it.
            if (Known.Any(known => known.Type == type.Type) && type.Properties.FirstOrDefault(property => property.Name == Discriminator) is { } same)
                type.Properties.Remove(same);
        }
    }

    private static JsonSerializerOptions Create(bool indented) =>
        new()
        {
            // Named, because file-based apps and trimmed ones switch the implicit one off.
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddKinds } },
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
            AllowDuplicateProperties = false,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        };
}
