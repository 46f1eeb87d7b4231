using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Server.Models;
using Isthmus.Server.Records;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Isthmus.Server.Settings;
using Isthmus.Server.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Isthmus.Server.Endpoints;

/// <summary>
/// Endpoints that take records and answer records: codes, reconstructions, filled rows, and samples. Bodies are JSON, lines of it, tables, arrays, texts or
/// pictures; answers JSON, lines, CSV or Parquet by the header Accept, and a picture for a picture.
/// </summary>
internal sealed class RecordEndpoints(ModelRegistry registry, RequestGate gate, IOptions<ServerOptions> options)
{
    private const int MostLines = 1000;

    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapPost("/models/{name}/encode", gate.Guard(Encode));
        group.MapPost("/models/{name}/reconstruct", gate.Guard(Reconstruct));
        group.MapPost("/models/{name}/denoise", gate.Guard(Reconstruct));
        group.MapPost("/models/{name}/impute", gate.Guard(Impute));
        group.MapPost("/models/{name}/sample", gate.Guard(Sample));
    }

    private async Task Encode(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        await AnswerAsync(context, lease.Model.Schema, async data => Codes(data, await lease.Model.EncodeAsync(data, context.RequestAborted)));
    }

    private async Task Reconstruct(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        var schema = lease.Model.Schema;
        if (RequestBody.KindOf(context.Request).Kind == BodyKind.Picture)
        {
            using var picture = await BodyRecords.ReadAsync(context, schema, options.Value);
            var made = await lease.Model.ReconstructAsync(picture.Data, context.RequestAborted);
            context.Response.ContentType = "image/png";
            await context.Response.BodyWriter.WriteAsync(PictureBody.Png(made), context.RequestAborted);
        }
        else
            await AnswerAsync(context, schema, async data => JsonRecords.Of(schema).Answer(await lease.Model.ReconstructAsync(data, context.RequestAborted)));
    }

    private async Task Impute(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        var (kind, extension) = RequestBody.KindOf(context.Request);
        Task<RecordAnswer> Filled(IReadOnlyList<JsonElement> rows) =>
            lease.Model.WithTensorsAsync(
                model =>
                {
                    var filled = model.Impute(rows, cancellationToken: context.RequestAborted);
                    return Answer([.. filled], filled.Values);
                },
                context.RequestAborted
            );
        if (kind == BodyKind.Lines)
            await LinesAsync(context, Filled);
        else if (kind == BodyKind.File)
        {
            using var file = await BodyRecords.FileAsync(context, extension, options.Value);
            var (rows, values) = await lease.Model.WithTensorsAsync(
                model => file.Use(path => FilledFile.Of(model, path, context.RequestAborted)),
                context.RequestAborted
            );
            await Answer(rows, values).WriteAsync(context);
        }
        else
        {
            using var body = await RequestBody.JsonAsync(context);
            var rows = Rows.Elements(body.RootElement);
            BodyRecords.Limited(rows, options.Value);
            await (await Filled(rows)).WriteAsync(context);
        }
    }

    private async Task Sample(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        // Everything has a default.
        using var body = RequestBody.IsEmpty(context) ? JsonDocument.Parse("{}") : await RequestBody.JsonAsync(context);
        var (count, seed) = (RequestBody.Whole(body.RootElement, "count", 1), RequestBody.Whole(body.RootElement, "seed", 1));
        if (count < 1)
            throw new InvalidInputException("The property 'count'", "is less than 1", "ask for at least one record");
        BodyRecords.Limited(count, options.Value);
        if (lease.Model.Rows is not null)
        {
            var rows = await lease.Model.WithTensorsAsync(model => model.SampleRows<JsonElement>(count, seed), context.RequestAborted);
            await new RecordAnswer([.. rows], () => JsonColumns.Of(rows)).WriteAsync(context);
        }
        else
        {
            var made = await lease.Model.WithTensorsAsync(model => model.Sample(count, seed), context.RequestAborted);
            await JsonRecords.Of(lease.Model.Schema).Answer(made).WriteAsync(context);
        }
    }

    private static RecordAnswer Answer(IReadOnlyList<JsonElement> rows, object filled) =>
        new([.. rows], () => JsonColumns.Of(rows)) { Whole = new { Rows = rows, Filled = filled } };

    private static RecordAnswer Codes(Dataset data, float[][] codes) =>
        new(codes, () =>
            [
                .. data.PlaceColumns(),
                .. Enumerable.Range(0, codes[0].Length).Select(unit => new Column($"z{unit}", Array.ConvertAll(codes, code => code[unit]))),
            ]
        );

    private async Task AnswerAsync(HttpContext context, DataSchema schema, Func<Dataset, Task<RecordAnswer>> answer)
    {
        if (RequestBody.KindOf(context.Request).Kind == BodyKind.Lines)
            await LinesAsync(context, lines => answer(JsonRecords.Of(schema).Read(lines)));
        else
        {
            using var records = await BodyRecords.ReadAsync(context, schema, options.Value);
            await (await answer(records.Data)).WriteAsync(context);
        }
    }

    /// <summary>Answers a stream of lines a line each, as they come.</summary>
    private async Task LinesAsync(HttpContext context, Func<IReadOnlyList<JsonElement>, Task<RecordAnswer>> answer)
    {
        using var body = new BodyPipe(context);
        var lines = new LineReader(body, MostLines, options.Value.MaxBodyBytes);
        while (await lines.ReadAsync() is { Count: > 0 } some)
        {
            JsonElement[] records = [.. some.Select(RequestBody.Parse)];
            BodyRecords.Limited(records, options.Value);
            await (await answer(records)).WriteLinesAsync(context);
        }
    }
}
