using Isthmus.Server.Models;
using Isthmus.Server.Records;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using static Isthmus.Server.Description.Schemas;

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
        Key = "key",
        Server = "Server";

    /// <inheritdoc/>
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "Isthmus",
            Version = typeof(ModelDescriptions).Assembly.GetName().Version!.ToString(3),
            Description = "Models behind HTTP. A failure is `{\"error\": \"...\"}`.",
        };
        document.Paths = [];
        document.Tags = new HashSet<OpenApiTag>();
        if (options.Value.ApiKeys.Count > 0)
        {
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Key] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] }];
        }
        RouteEndpoint[] own =
        [
            .. endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IsthmusEndpoint>() is not null && Word(endpoint) != ""),
        ];
        foreach (var name in registry.Names)
        {
            using var lease = registry.Lease(name);
            var (model, verbs) = (lease.Model, ModelVerbs.Of(lease.Model));
            var record = JsonRecords.Of(model.Schema).Describe(model.Trained);
            document.Tags.Add(new() { Name = name, Description = $"{model.Trained.Specification.Preset} of {model.Schema}" });
            foreach (var endpoint in own)
                if (Path(endpoint).Contains(NamePart) && (Word(endpoint) == NamePart || verbs.Contains(Word(endpoint))))
                    Add(document, endpoint, name, method => VerbDescriptions.OfModel(Word(endpoint), method, model, record));
        }
        document.Tags.Add(new() { Name = Server });
        foreach (var endpoint in own.Where(endpoint => !Path(endpoint).Contains(NamePart)))
            Add(document, endpoint, null, _ => VerbDescriptions.OfServer(Word(endpoint)));
        return Task.CompletedTask;
    }

    private static string Path(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";

    // The last word of an address; empty for addresses of a version, of gRPC, and of this document and its page.
    private static string Word(RouteEndpoint endpoint) =>
        Path(endpoint) is var path
        && path.Split('/')[^1] is var last
        && !path.Contains(VersionPart)
        && (last == NamePart || !last.Contains('{') && !last.Contains('.') && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null)
        && !path.Contains("/docs")
            ? last
            : "";

    private static void Add(OpenApiDocument document, RouteEndpoint endpoint, string? name, Func<string, VerbDescription> describe)
    {
        var path = Path(endpoint).Replace(NamePart, name, StringComparison.Ordinal);
        if (!document.Paths.TryGetValue(path, out var item))
            document.Paths.Add(path, item = new OpenApiPathItem { Operations = [] });
        foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
        {
            var verb = describe(method);
            item.Operations!.Add(
                HttpMethod.Parse(method),
                new()
                {
                    Summary = verb.Summary,
                    OperationId = $"{method.ToLowerInvariant()}{path.Replace('/', '-')}",
                    Tags = new HashSet<OpenApiTagReference> { new(name ?? Server, document) },
                    RequestBody = verb.Body is { } body
                        ? new OpenApiRequestBody { Required = true, Content = Content(new() { Schema = body.Schema, Example = body.Example }, verb.Files) }
                        : null,
                    Responses = new()
                    {
                        ["200"] = new OpenApiResponse
                        {
                            Description = "The answer.",
                            Content = Content(verb.Answer.Format is null ? new() { Schema = verb.Answer } : null, verb.Answers),
                        },
                        ["default"] = new OpenApiResponse { Description = "A failure.", Content = Content(new() { Schema = Object(("error", Text())) }, []) },
                    },
                }
            );
        }
    }

    private static Dictionary<string, OpenApiMediaType> Content(OpenApiMediaType? json, IReadOnlyList<string> files)
    {
        var content = new Dictionary<string, OpenApiMediaType>();
        if (json is not null)
            content.Add(Json, json);
        foreach (var file in files)
            content.Add(file, new() { Schema = Bytes });
        return content;
    }
}
