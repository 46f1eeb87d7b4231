namespace Isthmus.Server.Requests;

/// <summary>A request that cannot be answered, with the status that says why.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    /// <summary>Status of the answer.</summary>
    public int Status { get; } = status;
}
