using Microsoft.OpenApi;

namespace Isthmus.Server.Description;

/// <summary>Schemas of OpenAPI in few words.</summary>
internal static class Schemas
{
    /// <summary>Any value.</summary>
    public static OpenApiSchema Any => new();

    /// <summary>A number.</summary>
    public static OpenApiSchema Number(string? description = null) => new() { Type = JsonSchemaType.Number, Description = description };

    /// <summary>A whole number.</summary>
    public static OpenApiSchema Whole(string? description = null) => new() { Type = JsonSchemaType.Integer, Description = description };

    /// <summary>True or false.</summary>
    public static OpenApiSchema Truth(string? description = null) => new() { Type = JsonSchemaType.Boolean, Description = description };

    /// <summary>A text.</summary>
    public static OpenApiSchema Text(string? description = null, IEnumerable<string>? values = null) =>
        new()
        {
            Type = JsonSchemaType.String,
            Description = description,
            Enum = values is null ? null : [.. values.Select(value => (System.Text.Json.Nodes.JsonNode)value)],
        };

    /// <summary>An array.</summary>
    public static OpenApiSchema List(IOpenApiSchema items, string? description = null) =>
        new()
        {
            Type = JsonSchemaType.Array,
            Items = items,
            Description = description,
        };

    /// <summary>An object with these properties.</summary>
    public static OpenApiSchema Object(params (string Name, OpenApiSchema Schema)[] properties) =>
        new() { Type = JsonSchemaType.Object, Properties = properties.ToDictionary(property => property.Name, property => (IOpenApiSchema)property.Schema) };

    /// <summary>An object whose properties have any name.</summary>
    public static OpenApiSchema Map(OpenApiSchema values, string? description = null) =>
        new()
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = values,
            Description = description,
        };

    /// <summary>Bytes of a file.</summary>
    public static OpenApiSchema Bytes => new() { Type = JsonSchemaType.String, Format = "binary" };
}
