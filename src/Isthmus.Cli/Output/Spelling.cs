namespace Isthmus.Cli.Output;

/// <summary>Errors and notes of the library, with options, settings, models and verbs as they are typed on the command line.</summary>
internal static class Spelling
{
    /// <summary>The sentence with flags.</summary>
    public static string OnCommandLine(this Wording wording) => wording.ToString(name => name.CommandLine);

    /// <summary>The message with flags.</summary>
    public static string OnCommandLine(this InvalidInputException error) => error.MessageWith(name => name.CommandLine);
}
