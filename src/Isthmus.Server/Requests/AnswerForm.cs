using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>Form of an answer that is records.</summary>
internal enum AnswerForm
{
    /// <summary>One value of JSON.</summary>
    Json,

    /// <summary>A value of JSON a line.</summary>
    Lines,

    /// <summary>A table with a line of names.</summary>
    Csv,

    /// <summary>A table with types.</summary>
    Parquet,
}

/// <summary>Choice of the form by the header Accept.</summary>
internal static class AnswerForms
{
    /// <summary>Media types by form, of which the first is that of the answer.</summary>
    public static IReadOnlyList<(AnswerForm Form, string Type)> Types { get; } =
    [
        (AnswerForm.Json, "application/json"),
        (AnswerForm.Lines, "application/x-ndjson"),
        (AnswerForm.Csv, "text/csv"),
        (AnswerForm.Parquet, "application/vnd.apache.parquet"),
    ];

    /// <summary>The form that a request likes best among those that there are; JSON if it says nothing, takes anything, or takes none of them.</summary>
    public static AnswerForm Of(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Where(wanted => wanted.Quality != 0)
            .OrderByDescending(wanted => wanted.Quality ?? 1)
            .SelectMany(wanted => Types.Where(known => wanted.MatchesMediaType(known.Type)).Take(1))
            .Select(known => known.Form)
            .FirstOrDefault();

    /// <summary>Media type of a form.</summary>
    public static string TypeOf(AnswerForm form) => Types.First(known => known.Form == form).Type;
}
