using System.Formats.Tar;
using System.Globalization;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;
using Isthmus.Server.Models;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Isthmus.Server.Endpoints;

/// <summary>
/// Archives: <c>POST /models/NAME/compress</c> takes a file of pictures and answers an archive, <c>/decompress</c> the reverse. Both go by a file on disk, so
/// that memory holds a few blocks.
/// </summary>
internal sealed class ArchiveEndpoints(ModelRegistry registry, RequestGate gate, IOptions<ServerOptions> options)
{
    /// <summary>Bytes that an archive may unpack to, as a multiple of those of a body.</summary>
    public const int MostGrowth = 64;

    private const string ArchiveType = "application/x-isth";

    // Of other files a browser should guess nothing.
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase) { [".png"] = "image/png", [".npy"] = "application/x-npy" };

    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapPost("/models/{name}/compress", gate.Guard(Compress));
        group.MapPost("/models/{name}/decompress", gate.Guard(Decompress));
    }

    private async Task Compress(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        var schema = lease.Model.Schema.Demand<ImageSchema>($"The model is of {lease.Model.Schema}; models of pictures can compress", "take one of those");
        var (isOutside, method) = (IsOutside(context.Request), MethodOf(context.Request));
        var (kind, extension) = RequestBody.KindOf(context.Request);
        if (kind == BodyKind.Picture)
            extension = $".{RequestBody.MediaType(context.Request)["image/".Length..]}";
        else if (kind is not (BodyKind.File or BodyKind.Bytes))
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "This address takes a picture, an array (.npy), or bytes.");
        var name = NameOf(context.Request, $"data{extension}");
        using var file = await BodyFile.ReadAsync(context, "", name);
        var model = await lease.Model.IntegersAsync(context.RequestAborted);
        if (method == CompressionMethod.Bbans && !model.HasBitsBack)
            throw new InvalidInputException("The parameter 'method'", "is bbans, and codes of this model are certain given a record", "take qlat");
        var archive = file.File("archive.isth");
        await Task.Run(
            () =>
                file.Use(path =>
                {
                    var (content, _) = InputFiles.Read([path], schema, cancellationToken: context.RequestAborted);
                    // To read quantised latents nobody needs the encoder; a model that stays outside is this server's, whole.
                    var coder =
                        isOutside || method != CompressionMethod.Qlat && model.HasBitsBack ? ArchiveModel.Of(model) : ArchiveModel.OfQuantisedLatents(model);
                    return ArchiveWriter.Write(
                        archive,
                        content,
                        coder,
                        new()
                        {
                            Method = method,
                            ModelOutside = isOutside,
                            Threads = 1,
                        },
                        cancellationToken: context.RequestAborted
                    );
                }),
            context.RequestAborted
        );
        await SendAsync(context, archive, ArchiveType, $"{name}.isth");
    }

    private async Task Decompress(HttpContext context)
    {
        using var lease = registry.LeaseFor(context);
        if (RequestBody.KindOf(context.Request).Kind is not (BodyKind.Archive or BodyKind.Bytes))
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"This address takes an archive ({ArchiveType}).");
        using var file = await BodyFile.ReadAsync(context, ".isth");
        var needsModel = file.Use(path =>
        {
            using var archive = ArchiveReader.Open(path, new());
            return archive.Header.Features.HasFlag(ArchiveFeatures.ModelOutside);
        });
        var model = needsModel ? ArchiveModel.Of(await lease.Model.IntegersAsync(context.RequestAborted)).Bytes : null;
        var (folder, only) = (file.File("files"), context.Request.Query["only"].FirstOrDefault());
        var files = await Task.Run(
            () =>
                file.Use(path =>
                {
                    using var archive = ArchiveReader.Open(path, new() { Model = model });
                    var size = archive.Entries.Sum(entry => entry.Prefix.Length + (long)entry.Records * archive.Header.RecordBytes + entry.Suffix.Length);
                    var most = MostGrowth * options.Value.MaxBodyBytes;
                    if (size > most)
                        throw new RequestException(
                            StatusCodes.Status413PayloadTooLarge,
                            $"The archive unpacks to {size:N0} bytes, and at most {most:N0} are answered; unpack it elsewhere."
                        );
                    var extraction = new Extraction(archive, folder, new() { Threads = 1 });
                    return only is null ? extraction.All(cancellationToken: context.RequestAborted).Files
                        : archive.Entries.FirstOrDefault(entry => entry.Name == only || entry.OutputName == only) is { } entry
                            ? extraction.File(entry, cancellationToken: context.RequestAborted).Files
                        : int.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var record) ? extraction.Record(record).Files
                        : throw new RequestException(StatusCodes.Status404NotFound, "The archive has no file of the name that 'only' gives.");
                }),
            context.RequestAborted
        );
        if (files.Count == 1)
            await SendAsync(
                context,
                Path.Combine(folder, files[0]),
                Types.GetValueOrDefault(Path.GetExtension(files[0]), "application/octet-stream"),
                Path.GetFileName(files[0])
            );
        else
            await SendTarAsync(context, folder, files);
    }

    private static async Task SendAsync(HttpContext context, string path, string type, string name)
    {
        context.Response.ContentType = type;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        context.Response.Headers.ContentDisposition = disposition.ToString();
        await context.Response.SendFileAsync(path, context.RequestAborted);
    }

    private static async Task SendTarAsync(HttpContext context, string folder, IReadOnlyList<string> files)
    {
        context.Response.ContentType = "application/x-tar";
        await using var tar = new TarWriter(context.Response.Body, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var name in files)
        {
            await using var content = File.OpenRead(Path.Combine(folder, name));
            // Nothing of the server's own, such as its users, goes into it.
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, context.RequestAborted);
        }
    }

    private static bool IsOutside(HttpRequest request) =>
        request.Query["model"].FirstOrDefault() switch
        {
            null or "inside" => false,
            "outside" => true,
            _ => throw new InvalidInputException("The parameter 'model'", "is neither inside nor outside", "give one of them, or leave it out"),
        };

    private static CompressionMethod MethodOf(HttpRequest request) =>
        request.Query["method"].FirstOrDefault() is not { } word ? default
        : Enum.TryParse<CompressionMethod>(word, ignoreCase: true, out var method) && Enum.IsDefined(method) && !char.IsAsciiDigit(word.FirstOrDefault())
            ? method
        : throw new InvalidInputException(
            "The parameter 'method'",
            "is no method for blocks",
            $"give one of {string.Join(", ", Enum.GetNames<CompressionMethod>()).ToLowerInvariant()}"
        );

    // Name of the file in the archive.
    private static string NameOf(HttpRequest request, string initial)
    {
        if (request.Query["name"].FirstOrDefault() is not { } name)
            return initial;
        var why = name.Contains('/') ? "it has a folder" : ArchiveName.Complaint(name);
        return why is null ? name : throw new InvalidInputException("The parameter 'name'", $"is no name of a file ({why})", "give another");
    }
}
