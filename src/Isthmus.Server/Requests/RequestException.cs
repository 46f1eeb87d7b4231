namespace Isthmus.Server.Requests;

/// <summary>A request that cannot be answered, with the status that says why.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    /// <summary>Status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>413: more records than a request may have.</summary>
    public static RequestException TooManyRecords(int records, int most) =>
        new(
            413,
            $"The body has {(records > most + 1 ? $"{records:N0}" : $"more than {most:N0}")} records, and a request at most {most:N0}; send fewer at a time."
        );
}
