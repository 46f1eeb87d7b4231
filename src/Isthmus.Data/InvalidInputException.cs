namespace Isthmus;

/// <summary>
/// What the user gave cannot be used: a file, an option, or the two together. The message is one line that names
/// the subject, the place, what was expected and what to do. The command line prints it and exits with 2.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>An input error with its one-line explanation; line breaks in it (of a file's name, say) become spaces.</summary>
    public InvalidInputException(string message)
        : base(message.ReplaceLineEndings(" ")) { }

    /// <summary>An input error found while handling <paramref name="cause"/>.</summary>
    public InvalidInputException(string message, Exception cause)
        : base(message.ReplaceLineEndings(" "), cause) { }
}
