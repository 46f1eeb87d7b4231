using System.Text.Json.Nodes;
using Isthmus.Server.Models;
using Isthmus.Server.Protocol;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Isthmus.Server.Description;

/// <summary>Marks the endpoints that are described.</summary>
internal sealed class IsthmusEndpoint
{
    /// <summary>The mark.</summary>
    public static IsthmusEndpoint Instance { get; } = new();
}

/// <summary>
/// The OpenAPI document: each endpoint of each model under its own address, with bodies made of the model's columns and examples of its training ranges. Made
/// anew for every request, so that a model that is replaced is described as it is.
/// </summary>
internal sealed class ModelDescriptions(ModelRegistry registry, EndpointDataSource endpoints, IOptions<ServerOptions> options) : IOpenApiDocumentTransformer
{
    /// <summary>Name of the document, under which an application may have others beside it.</summary>
    public const string DocumentName = "isthmus";

    private const string Json = "application/json",
        NamePart = "{name}",
        VersionPart = "{version}",
        Security = "key",
        Server = "Server";

    private static readonly Dictionary<string, string> Summaries = new()
    {
        ["score"] = "How surprising each row is, in bits, and why",
        ["encode"] = "Codes",
        ["reconstruct"] = "Records as they come back",
        ["drift"] = "Comparison of what was scored lately with training",
        ["infer"] = "Inference by the Open Inference Protocol",
        ["ready"] = "Ready to answer?",
        ["live"] = "Alive?",
        ["models"] = "The models",
        ["v2"] = "The server",
    };

    /// <inheritdoc/>
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "Isthmus",
            Version = typeof(ModelDescriptions).Assembly.GetName().Version!.ToString(3),
            Description = "Models behind HTTP: scores in bits with their reasons, codes and reconstructions. A failure is `{\"error\": \"...\"}`.",
        };
        document.Paths = [];
        document.Servers = null;
        document.Tags = new HashSet<OpenApiTag>();
        if (options.Value.ApiKeys.Count > 0)
        {
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Security] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security, document)] = [] }];
        }
        RouteEndpoint[] own =
        [
            .. endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IsthmusEndpoint>() is not null && !endpoint.RoutePattern.RawText!.Contains(VersionPart)),
        ];
        foreach (var name in registry.Names)
        {
            using var lease = registry.Lease(name);
            document.Tags.Add(new() { Name = name, Description = $"{lease.Model.Trained.Specification.Preset} of {lease.Model.Schema}" });
            var record = RegisteredRecords.Of(lease.Model);
            foreach (var endpoint in own.Where(endpoint => endpoint.RoutePattern.RawText!.Contains(NamePart) && Serves(lease.Model, endpoint)))
                Add(document, endpoint, name, lease.Model, record);
        }
        document.Tags.Add(new() { Name = Server });
        foreach (var endpoint in own.Where(endpoint => !endpoint.RoutePattern.RawText!.Contains('{')))
            Add(document, endpoint, null, null, null);
        return Task.CompletedTask;
    }

    private static bool Serves(ServedModel model, RouteEndpoint endpoint) => Verb(endpoint) is not ("score" or "drift") || model.Rows is not null;

    // The last word of an address; of a model's own address "v2".
    private static string Verb(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText!.Split('/')[^1] is var last && last == NamePart ? "model" : last;

    private static void Add(OpenApiDocument document, RouteEndpoint endpoint, string? name, ServedModel? model, OpenApiSchema? record)
    {
        var path = endpoint.RoutePattern.RawText!.Replace(NamePart, name, StringComparison.Ordinal);
        if (!document.Paths.TryGetValue(path, out var item))
            document.Paths.Add(path, item = new OpenApiPathItem { Operations = [] });
        foreach (var method in endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()?.HttpMethods ?? [])
        {
            var verb = Verb(endpoint);
            var operation = new OpenApiOperation
            {
                Summary = Summaries.GetValueOrDefault(verb, verb == "model" ? "Inputs and outputs" : char.ToUpperInvariant(verb[0]) + verb[1..]),
                OperationId = $"{method.ToLowerInvariant()}{path.Replace('/', '-')}",
                Tags = new HashSet<OpenApiTagReference> { new(name ?? Server, document) },
                Responses = new()
                {
                    ["200"] = Response("The answer.", new() { Type = verb is "score" or "encode" or "models" ? JsonSchemaType.Array : JsonSchemaType.Object }),
                    ["default"] = Response(
                        "A failure.",
                        new()
                        {
                            Type = JsonSchemaType.Object,
                            Required = new HashSet<string> { "error" },
                            Properties = new Dictionary<string, IOpenApiSchema> { ["error"] = new OpenApiSchema { Type = JsonSchemaType.String } },
                        }
                    ),
                },
            };
            if (HttpMethods.Post.Equals(method, StringComparison.OrdinalIgnoreCase) && model is not null)
                operation.RequestBody =
                    verb == "infer"
                        ? Body(InferSchema(model.Tensors), InferExample(model.Tensors, record!))
                        : Body(new() { Type = JsonSchemaType.Array, Items = record }, RegisteredRecords.Example(record!));
            item.Operations!.Add(HttpMethod.Parse(method), operation);
        }
    }

    private static OpenApiResponse Response(string description, OpenApiSchema schema) =>
        new() { Description = description, Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = schema } } };

    private static OpenApiRequestBody Body(OpenApiSchema schema, JsonNode? example) =>
        new() { Required = true, Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = schema, Example = example } } };

    private static OpenApiSchema InferSchema(RecordTensors tensors)
    {
        static OpenApiSchema Text(IEnumerable<string>? values = null) =>
            new() { Type = JsonSchemaType.String, Enum = values is null ? null : [.. values.Select(value => (JsonNode)value)] };
        static OpenApiSchema List(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };
        static OpenApiSchema Object(params (string Name, OpenApiSchema Schema)[] properties) =>
            new() { Type = JsonSchemaType.Object, Properties = properties.ToDictionary(property => property.Name, property => (IOpenApiSchema)property.Schema) };
        return Object(
            ("id", Text()),
            (
                "inputs",
                List(
                    Object(
                        ("name", Text(tensors.Inputs.Select(port => port.Name))),
                        ("datatype", Text(tensors.Inputs.Select(port => port.Type.Name).Distinct())),
                        ("shape", List(new() { Type = JsonSchemaType.Integer })),
                        ("data", List(new()))
                    )
                )
            ),
            ("outputs", List(Object(("name", Text(tensors.Outputs.Select(port => port.Name))))))
        );
    }

    // A column's value where the record has one; else as many zeros as the input has.
    private static JsonObject InferExample(RecordTensors tensors, OpenApiSchema record)
    {
        const int MostElements = 32;
        var row = record.Examples?[0] as JsonObject;
        var inputs = new JsonArray();
        foreach (var port in tensors.Inputs)
        {
            var count = (int)port.Shape.Where(length => length >= 0).Aggregate(1L, (product, length) => product * length);
            var value = row is not null && row.TryGetPropertyValue(port.Name, out var own) && own?.GetValueKind() != System.Text.Json.JsonValueKind.String == (port.Type != TensorType.Bytes) ? own : null;
            if (count > MostElements)
                continue;
            inputs.Add(
                new JsonObject
                {
                    ["name"] = port.Name,
                    ["datatype"] = port.Type.Name,
                    ["shape"] = new JsonArray([.. port.Shape.Select(length => (JsonNode)Math.Max(1, length))]),
                    ["data"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => value?.DeepClone() ?? (port.Type == TensorType.Bytes ? "" : JsonValue.Create(0)))]),
                }
            );
        }
        return new() { ["inputs"] = inputs };
    }
}
