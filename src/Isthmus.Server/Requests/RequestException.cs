namespace Isthmus.Server.Requests;

/// <summary>A request that cannot be answered, with the status that says why.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    /// <summary>Status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>413: more columns, or items of a history, than a request may have.</summary>
    /// <param name="most">Columns that it may have.</param>
    public static RequestException TooManyColumns(int most) => new(413, $"The body has more than {most:N0} columns or items.");

    /// <summary>413: more records than a request may have.</summary>
    /// <param name="most">Records that it may have.</param>
    public static RequestException TooManyRecords(int most) => new(413, $"The body has more than {most:N0} records; send fewer at a time.");
}
