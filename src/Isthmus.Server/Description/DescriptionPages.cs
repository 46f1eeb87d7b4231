using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Isthmus.Server.Description;

/// <summary>The OpenAPI document, <c>/openapi/isthmus.json</c>, and the page to try it, <c>/docs</c>, whose scripts the server has itself.</summary>
internal static class DescriptionPages
{
    private const string Address = "/openapi/{documentName}.json",
        Page = "/docs",
        KeyScript = $"{Page}/key.js";

    // A document that needs a key is fetched again with the one that the reader gives; the page keeps it in memory alone.
    private const string AskForKey = """
        let key
        const fetchWithKey = async (input, options) => {
          const request = new Request(input, options)
          const attempt = () => {
            const copy = request.clone()
            if (key) copy.headers.set('Authorization', `Bearer ${key}`)
            return fetch(copy)
          }
          const answer = await attempt()
          if (answer.status !== 401) return answer
          key = prompt('Key of this server')
          return key ? attempt() : answer
        }
        export default { customFetch: fetchWithKey }
        """;

    /// <summary>Adds both. The document names columns and ranges, and needs a key where there are keys; the page holds nothing of the models.</summary>
    public static void Map(RouteGroupBuilder group, string prefix, RequestGate gate)
    {
        group
            .MapOpenApi(Address)
            .Add(endpoint =>
            {
                var describe = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = gate.Guard(context =>
                    context.Request.RouteValues["documentName"] as string == ModelDescriptions.DocumentName
                        ? describe(context)
                        : throw new RequestException(StatusCodes.Status404NotFound, $"There is one document, {ModelDescriptions.DocumentName}.json.")
                );
            });
        group.MapGet(KeyScript, context =>
        {
            SecurityHeaders.AddTo(context.Response.Headers);
            context.Response.ContentType = "text/javascript; charset=utf-8";
            return context.Response.WriteAsync(AskForKey, context.RequestAborted);
        });
        group
            .MapScalarApiReference(Page, page =>
            {
                page.WithTitle("Isthmus")
                    .AddDocument(ModelDescriptions.DocumentName, routePattern: prefix + Address)
                    .WithJavaScriptConfiguration($"{prefix}{KeyScript}".TrimStart('/'));
                // Nothing is fetched from elsewhere, and nothing told to anybody.
                page.DefaultFonts = false;
                page.Telemetry = false;
                page.HideClientButton = true;
                page.ShowDeveloperTools = DeveloperToolsVisibility.Never;
                page.DisableAgent();
                page.DisableMcp();
            })
            .Add(endpoint =>
            {
                var show = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = context =>
                {
                    SecurityHeaders.AddTo(context.Response.Headers);
                    context.Response.Headers.ContentSecurityPolicy =
                        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
                        + "connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'";
                    return show(context);
                };
            });
    }
}
