namespace Isthmus.Cli.Arguments;

/// <summary>What the program says to the shell of how it went.</summary>
internal static class ExitCodes
{
    public const int Done = 0, Failed = 1, BadInput = 2, Interrupted = 130;
}
