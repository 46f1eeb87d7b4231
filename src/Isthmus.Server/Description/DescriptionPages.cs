using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Isthmus.Server.Description;

/// <summary>The OpenAPI document, <c>/openapi/isthmus.json</c>, and the page to try it, <c>/docs</c>, whose scripts the server has itself.</summary>
internal static class DescriptionPages
{
    /// <summary>Adds both. The document names columns and ranges: it needs a key where there are keys.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, string prefix, RequestGate gate)
    {
        endpoints.MapOpenApi($"{prefix}/openapi/{{documentName}}.json").Add(endpoint => endpoint.RequestDelegate = gate.GuardCall(endpoint));
        endpoints
            .MapScalarApiReference(
                $"{prefix}/docs",
                page =>
                {
                    page.WithTitle("Isthmus").AddDocument(ModelDescriptions.DocumentName, routePattern: $"{prefix}/openapi/{{documentName}}.json");
                    // Nothing is fetched from elsewhere, and nothing told to anybody.
                    page.DefaultFonts = false;
                    page.Telemetry = false;
                    page.HideClientButton = true;
                    page.DisableAgent();
                    page.DisableMcp();
                }
            )
            .Add(endpoint =>
            {
                var page = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = context =>
                {
                    SecurityHeaders.AddTo(context.Response.Headers);
                    context.Response.Headers.ContentSecurityPolicy =
                        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
                        + "connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'";
                    return page(context);
                };
            });
    }
}
