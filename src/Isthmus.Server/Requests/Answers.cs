using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>Answers in JSON, names in snake_case, and numbers that are not finite as texts; a failure is an object of one property, <c>error</c>.</summary>
internal static class Answers
{
    /// <summary>Media type of answers.</summary>
    public const string Json = "application/json; charset=utf-8";

    /// <summary>Writes an object.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T value, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        await JsonSerializer.SerializeAsync(context.Response.BodyWriter, value, JsonFormat.Compact, context.RequestAborted);
    }

    /// <summary>Writes a failure: <c>{"error": "..."}</c>.</summary>
    public static Task FailAsync(HttpContext context, int status, string message) => WriteAsync(context, new Failure(message), status);

    private sealed record Failure(string Error);
}
