using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Security;

/// <summary>Headers of every answer: browsers guess no types, keep nothing, frame nothing and tell nobody where they come from.</summary>
internal static class SecurityHeaders
{
    /// <summary>Sets the headers, unless the application has set them.</summary>
    public static void AddTo(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
    }
}
