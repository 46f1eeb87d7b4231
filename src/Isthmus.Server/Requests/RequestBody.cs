using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isthmus.Server.Requests;

/// <summary>Kind of a request's body.</summary>
internal enum BodyKind
{
    /// <summary>JSON, also without a media type or with that of curl's -d.</summary>
    Json,

    /// <summary>A JSON value a line, of any number.</summary>
    Lines,

    /// <summary>A file with columns or arrays: CSV, TSV, Parquet, NumPy.</summary>
    File,

    /// <summary>A picture: PNG, JPEG, WebP, GIF, BMP.</summary>
    Picture,

    /// <summary>A text in UTF-8.</summary>
    Text,

    /// <summary>An archive (.isth).</summary>
    Archive,

    /// <summary>Bytes of any file, to be compressed.</summary>
    Bytes,
}

/// <summary>Body of a request by its media type.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private static readonly Dictionary<string, (BodyKind Kind, string Extension)> Types = new(StringComparer.Ordinal)
    {
        [""] = (BodyKind.Json, ""),
        ["application/json"] = (BodyKind.Json, ""),
        ["application/x-www-form-urlencoded"] = (BodyKind.Json, ""),
        ["application/x-ndjson"] = (BodyKind.Lines, ""),
        ["application/jsonl"] = (BodyKind.Lines, ""),
        ["text/csv"] = (BodyKind.File, ".csv"),
        ["text/tab-separated-values"] = (BodyKind.File, ".tsv"),
        ["application/vnd.apache.parquet"] = (BodyKind.File, ".parquet"),
        ["application/x-parquet"] = (BodyKind.File, ".parquet"),
        ["application/x-npy"] = (BodyKind.File, ".npy"),
        ["application/octet-stream"] = (BodyKind.Bytes, ""),
        ["text/plain"] = (BodyKind.Text, ""),
        ["application/x-isth"] = (BodyKind.Archive, ".isth"),
    };

    // Those that an error names: no second names of the same, and none that only stand for another.
    private static readonly string[] Named =
    [
        "application/json",
        "application/x-ndjson",
        "text/csv",
        "text/tab-separated-values",
        "application/vnd.apache.parquet",
        "application/x-npy",
        "text/plain",
        "application/x-isth",
    ];

    /// <summary>Media type of a body in lower case, without parameters; empty without one.</summary>
    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>Kind of a body, and the extension of a file of it.</summary>
    /// <exception cref="RequestException">415: a media type that is not known, or a body that is packed.</exception>
    public static (BodyKind Kind, string Extension) KindOf(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "The body is packed (Content-Encoding); send it as it is.");
        var type = MediaType(request);
        return Types.TryGetValue(type, out var known) ? known
            : type.StartsWith("image/", StringComparison.Ordinal) ? (BodyKind.Picture, "")
            : throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType,
                $"A body of this media type is not read; there are {string.Join(", ", Named)} and pictures."
            );
    }

    /// <summary>True for a stream of lines, whose length has no limit.</summary>
    public static bool IsStream(HttpRequest request) => MediaType(request) is "application/x-ndjson" or "application/jsonl";

    /// <summary>True for a request that announces no body, or one of no bytes.</summary>
    public static bool IsEmpty(HttpContext context) =>
        context.Request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    /// <summary>Reads the whole body as JSON.</summary>
    /// <exception cref="JsonException">It is no JSON, or names a property twice.</exception>
    /// <exception cref="InvalidInputException">A name in it is no Unicode.</exception>
    public static async Task<JsonDocument> JsonAsync(HttpContext context) => Document(await BytesAsync(context));

    /// <summary>Reads one value of JSON.</summary>
    /// <exception cref="JsonException">It is no JSON, or names a property twice.</exception>
    /// <exception cref="InvalidInputException">A name in it is no Unicode.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = Document(json);
        return document.RootElement.Clone();
    }

    /// <summary>Reads the whole body.</summary>
    public static async Task<byte[]> BytesAsync(HttpContext context)
    {
        using var body = await PooledBody.ReadAsync(context);
        return body.Bytes.ToArray();
    }

    /// <summary>Reads the whole body as a text in UTF-8.</summary>
    public static async Task<string> TextAsync(HttpContext context) => Encoding.UTF8.GetString(await BytesAsync(context));

    /// <summary>A whole number that an object may have.</summary>
    /// <param name="body">The object; other values have none.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="initial">What it is where there is none.</param>
    /// <exception cref="InvalidInputException">It is no whole number.</exception>
    public static int Whole(JsonElement body, string name, int initial) =>
        body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var value) ? initial
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) ? whole
        : throw new InvalidInputException($"The property '{name}'", "is no whole number", "give one, or leave it out");

    /// <summary>The error of a body that is no JSON, in one line.</summary>
    public static string Describe(JsonException e)
    {
        var (why, isAtStart) = (
            e.Message.Split(". LineNumber", StringSplitOptions.None)[0].ReplaceLineEndings(" ").TrimEnd('.'),
            e is { LineNumber: 0, BytePositionInLine: 0 }
        );
        if (isAtStart && why.Contains("does not contain any JSON tokens", StringComparison.Ordinal))
            return "The body is empty; GET /openapi/isthmus.json has an example of each.";
        return $"The body is no JSON that can be read: {why}"
            + (e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : "")
            + (isAtStart ? "; other bodies need their media type, such as text/csv of a table." : ".");
    }

    /// <summary>Name of a property.</summary>
    /// <exception cref="InvalidInputException">It is no Unicode.</exception>
    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException e)
        {
            throw NoUnicode(e);
        }
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json["\uFEFF"u8.Length..] : json, Strict);
        }
        // Half of a surrogate pair in a name, which is read when names are compared.
        catch (InvalidOperationException e)
        {
            throw NoUnicode(e);
        }
    }

    private static InvalidInputException NoUnicode(Exception cause) => new("The body", "has a name that is no Unicode", "give names in UTF-8", cause: cause);
}
