using Grpc.AspNetCore.Server;
using Isthmus.Server.Description;
using Isthmus.Server.Endpoints;
using Isthmus.Server.Models;
using Isthmus.Server.Observation;
using Isthmus.Server.OpenInference;
using Isthmus.Server.Security;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Isthmus.Server;

/// <summary>Isthmus models behind HTTP in an application of ASP.NET Core.</summary>
/// <example>
/// <code>
/// builder.Services.AddIsthmus(options => options.Models["fraud"] = "runs/customers-table-vae");
/// app.MapIsthmus("/ml");
/// </code>
/// </example>
public static class IsthmusServer
{
    /// <summary>Adds the models and what serves them. They are read before the application takes requests.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Names the models, and sets limits.</param>
    public static IServiceCollection AddIsthmus(this IServiceCollection services, Action<ServerOptions> configure)
    {
        services.AddOptions<ServerOptions>().Configure(configure);
        services.TryAddSingleton<ModelRegistry>();
        services.TryAddSingleton<RequestGate>();
        services.TryAddSingleton<ModelEndpoints>();
        services.TryAddSingleton<RecordEndpoints>();
        services.TryAddSingleton<ArchiveEndpoints>();
        services.TryAddSingleton<HealthEndpoints>();
        services.TryAddSingleton<DriftEndpoint>();
        services.TryAddSingleton<InferenceModels>();
        services.TryAddSingleton<OpenInferenceEndpoints>();
        services.TryAddSingleton<ServerMetrics>();
        services.AddMetrics();
        services
            .AddGrpc()
            .AddServiceOptions<OpenInferenceService>(grpc =>
            {
                grpc.Interceptors.Add<GrpcErrors>();
                grpc.EnableDetailedErrors = false;
            });
        services
            .AddOptions<GrpcServiceOptions<OpenInferenceService>>()
            .Configure<IOptions<ServerOptions>>((grpc, options) => grpc.MaxReceiveMessageSize = (int)Math.Min(int.MaxValue, options.Value.MaxBodyBytes));
        // The application's own endpoints have no place in this document.
        services.AddOpenApi(ModelDescriptions.DocumentName, openApi =>
        {
            openApi.ShouldInclude = _ => false;
            openApi.AddDocumentTransformer<ModelDescriptions>();
        });
        services.AddHostedService(provider => provider.GetRequiredService<ModelRegistry>());
        return services;
    }

    /// <summary>
    /// Adds a health check that is healthy from when all models have been read and tried until the application is told to stop: for the application's own
    /// <c>MapHealthChecks</c>. Needs <see cref="AddIsthmus(IServiceCollection, Action{ServerOptions})"/>.
    /// </summary>
    /// <param name="checks">The health checks.</param>
    /// <param name="name">Name of the check. Default "isthmus".</param>
    /// <param name="tags">Tags of the check, such as "ready". Default: none.</param>
    public static IHealthChecksBuilder AddIsthmus(this IHealthChecksBuilder checks, string name = "isthmus", IEnumerable<string>? tags = null) =>
        checks.AddCheck<ModelHealth>(name, tags: tags ?? []);

    /// <summary>
    /// Adds the endpoints: <c>PREFIX/models/NAME/score</c> and the others, <c>PREFIX/v2/health/ready</c>, and <c>PREFIX/docs</c>, a page to try them.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">Path before all of them, such as "/ml". Default: none.</param>
    /// <returns>The endpoints, for conventions of the application such as its own authorization.</returns>
    public static RouteGroupBuilder MapIsthmus(this IEndpointRouteBuilder endpoints, string prefix = "")
    {
        // Conventions of the application hold for all of them, those of gRPC too, whose clients know no prefix.
        var all = endpoints.MapGroup("");
        var group = all.MapGroup(prefix).WithMetadata(IsthmusEndpoint.Instance);
        endpoints.ServiceProvider.GetRequiredService<ModelEndpoints>().Map(group);
        endpoints.ServiceProvider.GetRequiredService<RecordEndpoints>().Map(group);
        endpoints.ServiceProvider.GetRequiredService<ArchiveEndpoints>().Map(group);
        endpoints.ServiceProvider.GetRequiredService<HealthEndpoints>().Map(group);
        endpoints.ServiceProvider.GetRequiredService<DriftEndpoint>().Map(group);
        endpoints.ServiceProvider.GetRequiredService<OpenInferenceEndpoints>().Map(group);
        var gate = endpoints.ServiceProvider.GetRequiredService<RequestGate>();
        DescriptionPages.Map(group, prefix, gate);
        all.MapGrpcService<OpenInferenceService>().Add(endpoint => endpoint.RequestDelegate = gate.GuardCall(endpoint));
        return all;
    }
}
