namespace Isthmus.Cli.Arguments;

/// <summary>Exit codes of the program.</summary>
internal static class ExitCodes
{
    public const int Done = 0,
        Failed = 1,
        BadInput = 2,
        Interrupted = 130;
}
