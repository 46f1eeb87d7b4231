using System.Buffers;
using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Server.Models;
using Isthmus.Server.Records;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Isthmus.Server.Settings;
using Isthmus.Server.Tables;
using Isthmus.Topics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Isthmus.Server.Endpoints;

/// <summary>Plain endpoints of models: JSON, CSV, Parquet or pictures in, JSON out, for a person with curl.</summary>
internal sealed class ModelEndpoints(ModelRegistry registry, RequestGate gate, IOptions<ServerOptions> options)
{
    // Bytes of an answer that wait to be sent at most.
    private const int MostUnsent = 64 << 10;

    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("/models", gate.Guard(List));
        group.MapPost("/models/{name}/score", gate.Guard(Score));
        group.MapPost("/models/{name}/recommend", gate.Guard(Recommend));
        group.MapGet("/models/{name}/topics", gate.Guard(Topics));
        group.MapPost("/models/{name}/topics", gate.Guard(TopicsOf));
        group.MapPost("/models/{name}/search", gate.Guard(Search));
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
        using var lease = registry.LeaseFor(context);
        var rows = lease.Model.Rows
            ?? throw new InvalidInputException(null, $"The model is of {lease.Model.Schema}, and has no rows to score", "take one of a table");
        var (kind, extension) = RequestBody.KindOf(context.Request);
        if (kind == BodyKind.Lines)
        {
            await ScoreLines(context, rows);
            return;
        }
        IReadOnlyList<TablePart> parts;
        if (kind == BodyKind.File)
        {
            using var file = await BodyRecords.FileAsync(context, extension, options.Value);
            parts = file.Use(path => rows.Read(path, options.Value.MaxRows));
        }
        else
        {
            using var body = await PooledBody.ReadAsync(context);
            parts = rows.Json.TryRead(body.Bytes.Span, options.Value.MaxRows) is { } part ? [part] : Read(rows, Rows.Elements(RequestBody.Parse(body.Bytes)));
        }
        // Scored before the answer begins, so that a fault has a status of its own.
        var scored = parts.Select(part => (Part: part, Scores: rows.Score(part.Rows, context.RequestAborted))).ToArray();
        var form = AnswerForms.Of(context.Request);
        if (form is AnswerForm.Csv or AnswerForm.Parquet)
        {
            await RecordAnswer.WriteTableAsync(context, rows.Writer.Columns(scored), form);
            return;
        }
        context.Response.ContentType = form == AnswerForm.Json ? Answers.Json : AnswerForms.TypeOf(form);
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, ScoredRowWriter.Options);
        if (form == AnswerForm.Json)
            writer.WriteStartArray();
        var index = 0;
        foreach (var (part, scores) in scored)
            for (var row = 0; row < scores.Count; row++)
            {
                rows.Writer.Write(writer, part, scores, row, index++);
                if (form == AnswerForm.Lines)
                    EndLine(writer, context);
                if (writer.BytesPending + context.Response.BodyWriter.UnflushedBytes > MostUnsent)
                {
                    await writer.FlushAsync(context.RequestAborted);
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                }
            }
        if (form == AnswerForm.Json)
            writer.WriteEndArray();
    }

    private static void EndLine(Utf8JsonWriter writer, HttpContext context)
    {
        writer.Flush();
        writer.Reset();
        context.Response.BodyWriter.Write("\n"u8);
    }

    /// <summary>Scores a stream of lines, and writes a line each as they come.</summary>
    private async Task ScoreLines(HttpContext context, ServedRows rows)
    {
        using var body = new BodyPipe(context);
        var lines = new LineReader(body, most: 1000, options.Value.MaxBodyBytes);
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, ScoredRowWriter.Options);
        var index = 0;
        while (await lines.ReadAsync() is { Count: > 0 } some)
        {
            var parts = rows.Json.TryRead(some) is { } part ? [part] : Read(rows, [.. some.Select(RequestBody.Parse)]);
            foreach (var read in parts)
            {
                var scores = rows.Score(read.Rows, context.RequestAborted);
                if (!context.Response.HasStarted)
                    context.Response.ContentType = AnswerForms.TypeOf(AnswerForm.Lines);
                for (var row = 0; row < scores.Count; row++)
                {
                    rows.Writer.Write(writer, read, scores, row, index++);
                    EndLine(writer, context);
                }
            }
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Rows as the reader of all tables takes them.</summary>
    private IReadOnlyList<TablePart> Read(ServedRows rows, IReadOnlyList<JsonElement> elements)
    {
        BodyRecords.Limited(elements, options.Value);
        if (elements.All(element => element.ValueKind == JsonValueKind.Object && !element.EnumerateObject().Any()))
            throw new InvalidInputException("The body", "has no values", "give rows as objects whose properties are the columns");
        return rows.Read(TableInput.Of(Rows.Table(elements)), options.Value.MaxRows);
    }

    private async Task Recommend(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        using var body = await RequestBody.JsonAsync(context);
        var history = body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("history", out var own) ? own : body.RootElement;
        if (history.ValueKind != JsonValueKind.Array)
            throw new InvalidInputException("The body", "has no history", """give an array of items, or {"history": [...], "count": 10}""");
        if (history.GetArrayLength() > options.Value.MaxColumns)
            throw RequestException.TooManyColumns(options.Value.MaxColumns);
        string[] items = [.. history.EnumerateArray().Select(item => item.ToString())];
        var count = Math.Clamp(RequestBody.Whole(body.RootElement, "count", 10), 1, 1000);
        await Answers.WriteAsync(context, await lease.Model.WithTensorsAsync(model => model.Recommend(items, count), context.RequestAborted));
    }

    private async Task Topics(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        await Answers.WriteAsync(context, await lease.Model.WithTensorsAsync(model => model.Topics(), context.RequestAborted));
    }

    /// <summary>Topics as some texts show them: an array of texts, one text, or an object with options.</summary>
    private async Task TopicsOf(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        DocumentTopic.DecoderOf(lease.Model.Trained);
        var (texts, words, shown) = (Array.Empty<string>(), 10, 3);
        if (RequestBody.KindOf(context.Request).Kind == BodyKind.Text)
            texts = [await RequestBody.TextAsync(context)];
        else
        {
            using var body = await RequestBody.JsonAsync(context);
            var root = body.RootElement;
            (words, shown) = (Math.Clamp(RequestBody.Whole(root, "words", words), 1, 1000), Math.Clamp(RequestBody.Whole(root, "documents", shown), 0, 1000));
            var given = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("texts", out var own) ? own : root;
            if (given.ValueKind != JsonValueKind.Array || given.EnumerateArray().Any(text => text.ValueKind != JsonValueKind.String))
                throw new InvalidInputException("The body", "has no texts", """give an array of texts, or {"texts": ["..."], "words": 10, "documents": 3}""");
            texts = [.. given.EnumerateArray().Select(text => text.GetString()!)];
        }
        if (texts.Length == 0)
            throw new InvalidInputException("The body", "holds no texts", "give at least one");
        BodyRecords.Limited(texts.Length, options.Value);
        await Answers.WriteAsync(
            context,
            await lease.Model.WithTensorsAsync(model => model.Topics(ModelRecords.Of<string>(lease.Model.Schema, texts), words, shown), context.RequestAborted)
        );
    }

    private async Task Search(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        using var body = await RequestBody.JsonAsync(context);
        if (
            body.RootElement.ValueKind != JsonValueKind.Object
            || !body.RootElement.TryGetProperty("query", out var query)
            || query.ValueKind != JsonValueKind.String
            || !body.RootElement.TryGetProperty("texts", out var texts)
            || texts.ValueKind != JsonValueKind.Array
            || texts.EnumerateArray().Any(text => text.ValueKind != JsonValueKind.String)
        )
            throw new InvalidInputException("The body", "has no query or no texts", """give {"query": "...", "texts": ["...", "..."], "count": 10}""");
        BodyRecords.Limited(texts.GetArrayLength(), options.Value);
        string[] all = [.. texts.EnumerateArray().Select(text => text.GetString()!)];
        var (words, count) = (query.GetString()!, Math.Clamp(RequestBody.Whole(body.RootElement, "count", 10), 1, 1000));
        await Answers.WriteAsync(
            context,
            await lease.Model.WithTensorsAsync(model => model.Search(all, words, count, context.RequestAborted), context.RequestAborted)
        );
    }
}
