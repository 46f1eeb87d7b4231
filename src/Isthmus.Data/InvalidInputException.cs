namespace Isthmus;

/// <summary>
/// An input that cannot be used: a file, an option, or the two together. The message is one line that says what is wrong with which input and what to do.
/// It names options as C# does; <see cref="MessageWith"/> spells them otherwise, and the command line prints its own flags and exits with 2.
/// </summary>
public sealed class InvalidInputException : Exception
{
    private readonly Wording? _subject;
    private readonly Wording _problem;
    private readonly Wording? _remedy;

    /// <summary>An error about an input.</summary>
    /// <param name="subject">The input and the place in it: <c>data.csv: row 3</c>. Null where the problem says it itself.</param>
    /// <param name="problem">Problem with it, to complete the subject: <c>has no label in column 'class'</c>.</param>
    /// <param name="remedy">Remedy, to complete "please": <c>fill it or remove the row</c>. Default: nothing known.</param>
    /// <param name="option">The option or setting that it is about. Default: none.</param>
    /// <param name="cause">The exception that was being handled. Default: none.</param>
    public InvalidInputException(Wording? subject, Wording problem, Wording? remedy, ApiName? option = null, Exception? cause = null)
        : base(Joined(subject, problem, remedy).ToString(), cause) => (_subject, _problem, _remedy, Option) = (subject, problem, remedy, option);

    /// <summary>An error that names its input itself.</summary>
    public InvalidInputException(Wording problem)
        : this(null, problem, null) { }

    /// <summary>An error found while handling <paramref name="cause"/>, which names its input itself.</summary>
    public InvalidInputException(Wording problem, Exception cause)
        : this(null, problem, null, null, cause) { }

    /// <summary>The input and the place in it; null where <see cref="Problem"/> says it.</summary>
    public string? Subject => _subject?.ToString();

    /// <summary>Problem with the subject, to follow it: <c>has no label in column 'class'</c>.</summary>
    public string Problem => _problem.ToString();

    /// <summary>Remedy, to follow "please"; null if none is known.</summary>
    public string? Remedy => _remedy?.ToString();

    /// <summary>The option or setting that the error is about; null where it is about none.</summary>
    public ApiName? Option { get; }

    /// <summary>The message with the names of options, settings, models and verbs as <paramref name="spelling"/> writes them.</summary>
    public string MessageWith(Func<ApiName, string> spelling) => Sentence.ToString(spelling);

    /// <summary>The message, for another sentence to take in.</summary>
    internal Wording Sentence => Joined(_subject, _problem, _remedy);

    /// <summary>Subject and problem without the remedy, for use within another sentence.</summary>
    internal Wording Reason => _subject is null ? _problem : (Wording)$"{_subject} {_problem}";

    /// <summary>This error about a greater input that the subject lies in: <c>archive.isth: </c> and the message.</summary>
    internal InvalidInputException In(Wording whole) =>
        new(_subject is null ? (Wording)$"{whole}:" : (Wording)$"{whole}: {_subject}", _problem, _remedy, Option, this);

    private static Wording Joined(Wording? subject, Wording problem, Wording? remedy)
    {
        Wording sentence = subject is null ? problem : (Wording)$"{subject} {problem}";
        if (remedy is not null)
            sentence = sentence.IsClosed ? (Wording)$"{sentence} {remedy.Capitalised}" : (Wording)$"{sentence}; {remedy}";
        return sentence.IsClosed ? sentence : (Wording)$"{sentence}.";
    }
}
