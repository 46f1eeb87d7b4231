using System.Diagnostics;

namespace Isthmus.Studio.Folders;

/// <summary>Short commands of the program in processes of their own, such as the reconstructions of a model. Safe to use from several threads.</summary>
/// <param name="folder">The opened folder, in which they run.</param>
/// <param name="program">Words that start the program, before the verb.</param>
public sealed class ProgramRunner(StudioFolder folder, IReadOnlyList<string> program)
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="words">Verb, arguments and options.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="InvalidInputException">It failed; the message is its own last line.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken = default)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program[0], [.. program.Skip(1), .. words])
            {
                WorkingDirectory = folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            }
        ) ?? throw new InvalidOperationException($"{program[0]} has not started.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        if (process.ExitCode == 0)
            return await output;
        var last = (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it has said nothing";
        throw new InvalidInputException(
            null,
            last.StartsWith("error: ", StringComparison.Ordinal) ? last[7..] : last,
            $"try it by hand: isthmus {string.Join(' ', words)}"
        );
    }
}
