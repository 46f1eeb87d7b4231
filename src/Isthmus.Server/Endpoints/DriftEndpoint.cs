using Isthmus.Server.Models;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Isthmus.Server.Endpoints;

/// <summary>Comparison of what a model was given lately with its training: <c>GET /models/NAME/drift</c>.</summary>
internal sealed class DriftEndpoint(ModelRegistry registry, RequestGate gate)
{
    /// <summary>Adds the endpoint.</summary>
    public void Map(RouteGroupBuilder group) => group.MapGet("/models/{name}/drift", gate.Guard(Report));

    private Task Report(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        using var lease = registry.Lease(name);
        if (lease.Model.Observation.Drift is not { } drift)
            throw new RequestException(
                StatusCodes.Status404NotFound,
                $"The file of model '{name}' keeps no training rows to compare with; models of tables do."
            );
        var report = drift.Report();
        return Answers.WriteAsync(
            context,
            new
            {
                Model = name,
                lease.Model.Version,
                report.Changed,
                report.Rows,
                report.Seconds,
                report.Score,
                report.Columns,
            }
        );
    }
}
