using System.Globalization;
using Isthmus.Server.Protocol;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Isthmus.Server.OpenInference;

/// <summary>
/// The Open Inference Protocol, version 2, over HTTP: what KServe, Triton, MLServer and OpenVINO speak, with the extension for binary tensors. Health has
/// endpoints of its own.
/// </summary>
internal sealed class OpenInferenceEndpoints(InferenceModels models, RequestGate gate, IOptions<ServerOptions> options)
{
    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("/v2", gate.Guard(Server));
        foreach (var model in new[] { "/v2/models/{name}", "/v2/models/{name}/versions/{version}" })
        {
            group.MapGet(model, gate.Guard(Describe));
            group.MapGet($"{model}/ready", gate.Guard(Ready));
            group.MapPost($"{model}/infer", gate.Guard(Infer));
        }
    }

    private static Task Server(HttpContext context) =>
        Answers.WriteAsync(
            context,
            new
            {
                Name = InferenceModels.ServerName,
                Version = InferenceModels.ServerVersion,
                InferenceModels.Extensions,
            }
        );

    private Task Describe(HttpContext context)
    {
        var (name, version) = ModelOf(context);
        var model = Found(() => models.Describe(name, version));
        return Answers.WriteAsync(
            context,
            new
            {
                model.Name,
                model.Versions,
                model.Platform,
                Inputs = model.Inputs.Select(Described),
                Outputs = model.Outputs.Select(Described),
            }
        );
    }

    private Task Ready(HttpContext context)
    {
        var (name, version) = ModelOf(context);
        Found(() => models.Describe(name, version));
        return Answers.WriteAsync(
            context,
            new { Name = name, Ready = models.AreReady },
            models.AreReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    private async Task Infer(HttpContext context)
    {
        var (name, version) = ModelOf(context);
        Found(() => models.Describe(name, version));
        var json = JsonLength(context.Request);
        InferRequest request;
        using (var body = await PooledBody.ReadAsync(context))
            request = InferRequestReader.Read(body.Bytes.Span, json);
        var response = Found(() => models.Infer(name, version, request, options.Value.MaxRows, context.RequestAborted));
        var (head, binary) = InferResponseWriter.Write(response, request.IsBinary);
        context.Response.ContentType = binary.Count == 0 ? "application/json; charset=utf-8" : "application/octet-stream";
        context.Response.ContentLength = head.Length + binary.Sum(tensor => (long)tensor.Length);
        if (binary.Count > 0)
            context.Response.Headers[BinaryHeader.Name] = head.Length.ToString(CultureInfo.InvariantCulture);
        await context.Response.BodyWriter.WriteAsync(head, context.RequestAborted);
        foreach (var tensor in binary)
            await context.Response.BodyWriter.WriteAsync(tensor, context.RequestAborted);
    }

    private static object Described(TensorPort port) =>
        new
        {
            port.Name,
            Datatype = port.Type.Name,
            port.Shape,
        };

    private static (string Name, string? Version) ModelOf(HttpContext context) =>
        ((string)context.Request.RouteValues["name"]!, context.Request.RouteValues["version"] as string);

    private static T Found<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (UnknownVersionException e)
        {
            throw new RequestException(StatusCodes.Status404NotFound, e.Message);
        }
    }

    private static long? JsonLength(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(BinaryHeader.Name, out var header))
            return null;
        return header.Count == 1 && long.TryParse(header[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new InvalidInputException($"The header {BinaryHeader.Name}", "is no length in bytes", "give the number of bytes of JSON");
    }
}
