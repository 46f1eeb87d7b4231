using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Studio.Components;

/// <summary>
/// Scripts, styles and pictures of the studio, from its own assembly: none comes from a network or depends on a folder. Safe to use from several threads.
/// </summary>
public static class StudioAssets
{
    private const string Prefix = "asset:";
    private static readonly Assembly Own = typeof(StudioAssets).Assembly;

    private static readonly FrozenDictionary<string, Lazy<Asset>> All = Own.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], name => new Lazy<Asset>(() => Read(name)));

    /// <summary>Addresses of all style sheets, MudBlazor's first.</summary>
    public static IReadOnlyList<string> Sheets { get; } =
    [
        .. All
            .Keys.Where(name => name.EndsWith(".css", StringComparison.Ordinal))
            .OrderBy(name => name != "MudBlazor.min.css")
            .ThenBy(name => name != "studio.css")
            .ThenBy(name => name, StringComparer.Ordinal)
            .Select(Address),
    ];

    /// <summary>Address of an asset; it changes with the contents, so that a browser may keep them.</summary>
    /// <param name="name">File name.</param>
    public static string Address(string name) => $"assets/{name}?v={All[name].Value.Version}";

    /// <summary>Answers a request for an asset.</summary>
    internal static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.RouteValues["name"] is not string name || !All.TryGetValue(name, out var lazy))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var asset = lazy.Value;
        var headers = context.Response.Headers;
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        context.Response.ContentType = Path.GetExtension(name) switch
        {
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        var takesBrotli = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (takesBrotli)
            headers.ContentEncoding = "br";
        var bytes = takesBrotli ? asset.Brotli : asset.Plain;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static Asset Read(string name)
    {
        using var stream = Own.GetManifestResourceStream(name)!;
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            brotli.Write(plain.ToArray());
        return new(plain.ToArray(), packed.ToArray(), Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))[..10]);
    }

    private sealed record Asset(byte[] Plain, byte[] Brotli, string Version);
}
