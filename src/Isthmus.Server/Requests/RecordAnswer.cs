using System.Buffers;
using System.Text.Json;
using Isthmus.Data.Cells;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>An answer of records, in the form that the request asks for.</summary>
/// <param name="Records">The records, each a value of JSON.</param>
/// <param name="Columns">Function that makes them columns of a table.</param>
internal sealed record RecordAnswer(IReadOnlyList<object> Records, Func<IReadOnlyList<Column>> Columns)
{
    /// <summary>Value that an answer in JSON has instead of the records. Default null: the records.</summary>
    public object? Whole { get; init; }

    /// <summary>Writes the answer.</summary>
    public Task WriteAsync(HttpContext context) =>
        AnswerForms.Of(context.Request) switch
        {
            AnswerForm.Json => Answers.WriteAsync(context, Whole ?? Records),
            AnswerForm.Lines => WriteLinesAsync(context),
            var form => WriteTableAsync(context, Columns(), form),
        };

    /// <summary>Writes the records a line each; lines of a stream follow one another.</summary>
    public async Task WriteLinesAsync(HttpContext context)
    {
        context.Response.ContentType = AnswerForms.TypeOf(AnswerForm.Lines);
        foreach (var record in Records)
        {
            await JsonSerializer.SerializeAsync(context.Response.BodyWriter, record, record.GetType(), JsonFormat.Compact, context.RequestAborted);
            context.Response.BodyWriter.Write("\n"u8);
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes columns as a file.</summary>
    public static async Task WriteTableAsync(HttpContext context, IReadOnlyList<Column> columns, AnswerForm form)
    {
        using var file = BodyFile.ForAnswer(form == AnswerForm.Csv ? ".csv" : ".parquet");
        await Task.Run(() => TableWriter.Write(file.Path, columns), context.RequestAborted);
        context.Response.ContentType = form == AnswerForm.Csv ? $"{AnswerForms.TypeOf(form)}; charset=utf-8" : AnswerForms.TypeOf(form);
        await context.Response.SendFileAsync(file.Path, context.RequestAborted);
    }
}
