using Isthmus.Data.Files;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>A body in a file of its own, in a folder that only this program reads, and that is gone after the request.</summary>
internal sealed class BodyFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isthmus-body-").FullName;

    private BodyFile(string name) => Path = File(name);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>A file that is not there yet, for an answer.</summary>
    public static BodyFile ForAnswer(string extension) => new($"answer{extension}");

    /// <summary>Reads a body into a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="extension">Extension of the file.</param>
    /// <param name="name">Name of the file without it, which has no folder.</param>
    /// <exception cref="RequestException">415: the file is packed by gzip, and nobody knows how large it is.</exception>
    public static async Task<BodyFile> ReadAsync(HttpContext context, string extension, string name = "body")
    {
        var body = new BodyFile(name + extension);
        try
        {
            await using (var file = System.IO.File.Create(body.Path))
            {
                using var pipe = new BodyPipe(context);
                for (var isEnd = false; !isEnd;)
                {
                    var read = await pipe.ReadAsync();
                    foreach (var piece in read.Buffer)
                        await file.WriteAsync(piece, context.RequestAborted);
                    pipe.AdvanceTo(read.Buffer.End);
                    isEnd = read.IsCompleted;
                }
            }
            if (DataFile.IsGzip(body.Path))
                throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "The body is packed (gzip); send it as it is.");
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Path of another file beside it.</summary>
    public string File(string name) => System.IO.Path.Combine(_folder, name);

    /// <summary>Does work with the file, whose path no error names.</summary>
    public T Use<T>(Func<string, T> work)
    {
        try
        {
            return work(Path);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(
                e.Message.Replace(Path, "The body", StringComparison.Ordinal).Replace(_folder, "the body", StringComparison.Ordinal),
                e
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
