namespace Isthmus.Server.Requests;

/// <summary>A request that cannot be answered, with the status that says why.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    /// <summary>Status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>413: more records than a request may have.</summary>
    /// <param name="most">Records that it may have.</param>
    public static RequestException TooManyRecords(int most) => new(413, $"The body has more than {most:N0} records; send fewer at a time.");
}
