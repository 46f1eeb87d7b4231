using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Studio.Hosting;

/// <summary>
/// What every request passes: it is for this machine's own address (a name that a foreign page points here is refused), comes from the studio's own pages, and
/// carries the token that the opened address turned into a cookie. Safe to use from several threads.
/// </summary>
/// <param name="token">The token.</param>
internal sealed class StudioGate(string token)
{
    /// <summary>Path that turns the token into a cookie: <c>/open/TOKEN</c>.</summary>
    public const string Opening = "/open/";

    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    /// <summary>A new token of 256 bits.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Passes a request on, or refuses it.</summary>
    public async Task EnterAsync(HttpContext context, Func<Task> next)
    {
        var request = context.Request;
        AddHeaders(context);
        if (!IsOwnAddress(context))
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "The studio answers to its own address only: 127.0.0.1 or localhost.");
        else if (!ComesFromHere(request))
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "The request comes from another page.");
        else if (request.Path.StartsWithSegments(Opening.TrimEnd('/'), out var given) && HttpMethods.IsGet(request.Method))
        {
            if (!IsToken(given.Value?.TrimStart('/')))
            {
                await RefuseAsync(
                    context,
                    StatusCodes.Status401Unauthorized,
                    "This address is of an earlier start: take the one that the studio printed last."
                );
                return;
            }
            context.Response.Cookies.Append(
                Cookie(request),
                token,
                new()
                {
                    HttpOnly = true,
                    SameSite = SameSiteMode.Strict,
                    Path = "/",
                }
            );
            context.Response.Redirect("/");
        }
        else if (!IsToken(request.Cookies[Cookie(request)]))
            await RefuseAsync(
                context,
                StatusCodes.Status401Unauthorized,
                "Open the studio by the address that 'isthmus studio' printed: it holds the key. After a new start the key is a new one."
            );
        else
            await next();
    }

    // Cookies know no ports: two studios would overwrite each other's.
    private static string Cookie(HttpRequest request) => $"isthmus-studio-{request.Host.Port}";

    private static bool IsOwnAddress(HttpContext context) =>
        context.Request.Host is { Host: "127.0.0.1" or "localhost", Port: var port } && port == context.Connection.LocalPort;

    // A browser names the page that a request comes from. Where it names none, it is no page's script that sends it.
    private static bool ComesFromHere(HttpRequest request)
    {
        var own = $"{request.Scheme}://{request.Host}";
        var origin = request.Headers.Origin.ToString();
        var isRead = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.HttpContext.WebSockets.IsWebSocketRequest;
        return origin.Length > 0 ? origin == own : isRead || request.Headers["Sec-Fetch-Site"].ToString() is "same-origin";
    }

    private bool IsToken(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _token);

    private static void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
            + $"connect-src 'self' ws://{context.Request.Host}; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message + "\n");
    }
}
