using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>Body of a request by its media type. Without one, or with that of curl's -d, it is JSON.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>True for a stream of lines, whose length has no limit.</summary>
    public static bool IsStream(HttpRequest request) => MediaType(request) is "application/x-ndjson" or "application/jsonl";

    /// <summary>Media type of a body in lower case, without parameters; empty without one.</summary>
    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>Reads the whole body as JSON.</summary>
    /// <exception cref="JsonException">It is no JSON, or names a property twice.</exception>
    /// <exception cref="InvalidInputException">A name in it is no Unicode.</exception>
    public static async Task<JsonDocument> JsonAsync(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, Strict, context.RequestAborted);
        }
        // Half of a surrogate pair in a name, which is read when names are compared.
        catch (InvalidOperationException e)
        {
            throw new InvalidInputException("The body", "has a name that is no Unicode", "give names in UTF-8", cause: e);
        }
    }

    /// <summary>The error of a body that is no JSON, in one line.</summary>
    public static string Describe(JsonException e) =>
        $"The body is no JSON that can be read: {e.Message.Split(". LineNumber", StringSplitOptions.None)[0].ReplaceLineEndings(" ").TrimEnd('.')}"
        + (e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})." : ".");
}
