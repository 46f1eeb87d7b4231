using Isthmus.Server.Models;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Isthmus.Server.Endpoints;

/// <summary>Health: alive, and ready for requests. Both need no key, and say no more than that.</summary>
internal sealed class HealthEndpoints(ModelRegistry registry, RequestGate gate)
{
    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("/v2/health/live", gate.Guard(context => Answers.WriteAsync(context, new { Live = true }), isOpen: true));
        group.MapGet(
            "/v2/health/ready",
            gate.Guard(
                context =>
                {
                    var isReady = registry.IsReady;
                    // The protocol calls it live in both answers; a person looks for ready.
                    return Answers.WriteAsync(
                        context,
                        new { Live = isReady, Ready = isReady },
                        isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
                    );
                },
                isOpen: true
            )
        );
    }
}
