using Isthmus.Data.Tables;
using Isthmus.Server.Models;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Isthmus.Server.Endpoints;

/// <summary>Plain endpoints of models: JSON in, JSON out, for a person with curl.</summary>
internal sealed class ModelEndpoints(ModelRegistry registry, RequestGate gate)
{
    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("/models", gate.Guard(List));
        group.MapPost("/models/{name}/score", gate.Guard(Score));
        group.MapPost("/models/{name}/encode", gate.Guard(Encode));
    }

    private Task List(HttpContext context) =>
        Answers.WriteAsync(
            context,
            registry.Names.Select(name =>
            {
                using var lease = registry.Lease(name);
                return new
                {
                    Name = name,
                    lease.Model.Version,
                    lease.Model.Trained.Specification.Preset,
                    Records = lease.Model.Schema.ToString(),
                };
            })
        );

    private async Task Score(HttpContext context)
    {
        using var lease = LeaseOf(context);
        var rows = lease.Model.Rows
            ?? throw new InvalidInputException(null, $"The model is of {lease.Model.Schema}, and has no rows to score", "take one of a table");
        using var body = await RequestBody.JsonAsync(context);
        var scored = rows.Score(
            TableInput.Of(Isthmus.Rows.Table(Isthmus.Rows.Elements(body.RootElement))),
            Isthmus.Server.Tables.ServedRows.FalseAlarms,
            context.RequestAborted
        );
        await Answers.WriteAsync(context, scored);
    }

    private async Task Encode(HttpContext context)
    {
        using var lease = LeaseOf(context);
        using var body = await RequestBody.JsonAsync(context);
        var data = ModelRecords.Of(lease.Model.Schema, Isthmus.Rows.Elements(body.RootElement));
        await Answers.WriteAsync(context, lease.Model.Encoder!.Encode(data, context.RequestAborted));
    }

    private ModelLease LeaseOf(HttpContext context) => registry.Lease((string)context.Request.RouteValues["name"]!);
}
