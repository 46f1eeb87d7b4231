using System.IO.Compression;
using System.Text.Json;
using Isthmus.Cli;

namespace Isthmus.Tests.Verbs;

/// <summary>Runs commands as a user would, in the process, with a folder of their own.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string File(string name) => _folder.File(name);

    /// <summary>Runs the words of a line, parted by single spaces; {name} is a file of the folder.</summary>
    public Outcome Run(string line)
    {
        using var error = new StringWriter();
        return Run(line, error, CancellationToken.None);
    }

    /// <summary>Runs and presses Ctrl-C when a line that begins so comes on standard error.</summary>
    public Outcome RunUntil(string beginning, string line)
    {
        using var stop = new CancellationTokenSource();
        using var error = new StoppingWriter(beginning, stop);
        return Run(line, error, stop.Token);
    }

    /// <summary>Runs after Ctrl-C has been pressed.</summary>
    public Outcome RunStopped(string line)
    {
        using var error = new StringWriter();
        return Run(line, error, new CancellationToken(canceled: true));
    }

    /// <summary>Runs words that may hold spaces.</summary>
    public Outcome Run(string[] words)
    {
        using var error = new StringWriter();
        return Run(words, error, CancellationToken.None);
    }

    private Outcome Run(string line, StringWriter error, CancellationToken cancellationToken) =>
        Run(
            [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.StartsWith('{') ? File(word.Trim('{', '}')) : word)],
            error,
            cancellationToken
        );

    private static Outcome Run(string[] words, StringWriter error, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        var code = CommandLine.RunAsync(words, output, error, cancellationToken).GetAwaiter().GetResult();
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs and expects exit code 0.</summary>
    public Outcome Done(string line)
    {
        var outcome = Run(line);
        Assert.True(outcome.Code == 0, $"{line}: {outcome.Code}: {outcome.Error}");
        return outcome;
    }

    /// <summary>Runs with --json, expects exit code 0 and one object alone on standard output.</summary>
    public JsonElement Json(string line)
    {
        var output = Done($"{line} --json").Output;
        Assert.Equal('\n', output[^1]);
        Assert.DoesNotContain('\n', output[..^1]);
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(JsonValueKind.Object, json.ValueKind);
        return json;
    }

    /// <summary>Runs, expects exit code 2, nothing on standard output and one line that says what is wrong; returns it.</summary>
    public string Refused(string line)
    {
        var outcome = Run(line);
        Assert.True(outcome.Code == 2, $"{line}: {outcome.Code}: {outcome.Output}{outcome.Error}");
        Assert.Empty(outcome.Output);
        var error = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", error);
        Assert.DoesNotContain(" at Isthmus", error);
        return error;
    }

    /// <summary>The bytes of a model's weights.</summary>
    public byte[] Weights(string run)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(File(run), "model.isthmus"));
        using var stream = zip.GetEntry("weights.safetensors")!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _folder.Dispose();

    private sealed class StoppingWriter(string beginning, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith(beginning))
                stop.Cancel();
        }
    }
}

internal sealed record Outcome(int Code, string Output, string Error);
