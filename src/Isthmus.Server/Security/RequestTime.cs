using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Security;

/// <summary>Time of a request: <c>RequestAborted</c> is also cancelled when it is over.</summary>
internal sealed class RequestTime : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly HttpContext _context;
    private readonly CancellationToken _aborted;

    public RequestTime(HttpContext context, TimeSpan limit)
    {
        (_context, _aborted) = (context, context.RequestAborted);
        _over = CancellationTokenSource.CreateLinkedTokenSource(_aborted);
        _over.CancelAfter(limit);
        context.RequestAborted = _over.Token;
    }

    /// <summary>True if the time is over and the client still waits.</summary>
    public bool IsOver => _over.IsCancellationRequested && !_aborted.IsCancellationRequested;

    /// <summary>Gives the request its own token back.</summary>
    public void Dispose()
    {
        _context.RequestAborted = _aborted;
        _over.Dispose();
    }
}
