using System.Text.Json;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Server.Requests;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Records;

/// <summary>The records of a request, and the file that they are read from, which is gone when this is disposed of.</summary>
internal sealed class BodyRecords : IDisposable
{
    // Rows times columns at most, whether a row has a value there or not.
    private const int MostCells = 1 << 24;

    private readonly BodyFile? _file;

    private BodyRecords(Dataset data, BodyFile? file) => (Data, _file) = (data, file);

    /// <summary>The records.</summary>
    public Dataset Data { get; }

    /// <summary>Reads records of a schema from JSON, a text, a picture, or a file with columns or arrays.</summary>
    /// <exception cref="RequestException">413: more than a request may have; 415: another kind of body.</exception>
    /// <exception cref="InvalidInputException">They are not of the schema.</exception>
    public static async Task<BodyRecords> ReadAsync(HttpContext context, DataSchema schema, ServerOptions options)
    {
        var (kind, extension) = RequestBody.KindOf(context.Request);
        switch (kind)
        {
            case BodyKind.Picture:
                return new(PictureBody.Read(schema, await RequestBody.BytesAsync(context), options.MaxPixels), null);
            case BodyKind.Text:
                return new(ModelRecords.Of<string>(schema, [await RequestBody.TextAsync(context)]), null);
            case BodyKind.Json:
                using (var body = await RequestBody.JsonAsync(context))
                {
                    var form = JsonRecords.Of(schema);
                    var records = form.Split(body.RootElement);
                    Limited(records, options);
                    return new(form.Read(records), null);
                }
            case BodyKind.File:
                var file = await FileAsync(context, extension, options);
                try
                {
                    var data = file.Use(path => DataSource.LoadAll(path, new() { Expected = schema }, cancellationToken: context.RequestAborted));
                    Limited(data.Count, options);
                    return new(data, file);
                }
                catch
                {
                    file.Dispose();
                    throw;
                }
            default:
                throw new RequestException(
                    StatusCodes.Status415UnsupportedMediaType,
                    "This address takes JSON, lines of it, a table, an array, a text or a picture."
                );
        }
    }

    /// <summary>Reads a body into a file whose rows and columns have been counted before any is held.</summary>
    /// <exception cref="RequestException">413: more rows or columns than a request may have; 415: packed.</exception>
    /// <exception cref="InvalidInputException">It is no such file.</exception>
    public static async Task<BodyFile> FileAsync(HttpContext context, string extension, ServerOptions options)
    {
        var file = await BodyFile.ReadAsync(context, extension);
        try
        {
            if (extension == ".npy")
            {
                // Others are found by their first bytes, and may be packed.
                using var bytes = File.OpenRead(file.Path);
                var head = new byte[6];
                if (bytes.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !NumpyArray.IsNpy(head))
                    throw new InvalidInputException("The body", "is no array of NumPy", "send a .npy file");
                return file;
            }
            file.Use(path =>
            {
                var table = TableSource.Open(path, new TableReading());
                if (table.Names.Count > options.MaxColumns)
                    throw RequestException.TooManyColumns(options.MaxColumns);
                Limited(table.CountRows(), options);
                return true;
            });
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fails for more records than a request may have, and for objects that name more columns: each may name ten that no other has.</summary>
    /// <exception cref="RequestException">413.</exception>
    /// <exception cref="InvalidInputException">A name is no Unicode.</exception>
    public static void Limited(IReadOnlyList<JsonElement> records, ServerOptions options)
    {
        Limited(records.Count, options);
        var (names, most) = (new HashSet<string>(StringComparer.Ordinal), Math.Min(options.MaxColumns, MostCells / Math.Max(1, records.Count)));
        foreach (var record in records)
            if (record.ValueKind == JsonValueKind.Object)
                foreach (var property in record.EnumerateObject())
                    if (names.Add(RequestBody.NameOf(property)) && names.Count > most)
                        throw RequestException.TooManyColumns(most);
    }

    /// <summary>Fails for more records than a request may have.</summary>
    /// <exception cref="RequestException">413.</exception>
    public static void Limited(long records, ServerOptions options)
    {
        if (records > options.MaxRows)
            throw RequestException.TooManyRecords(options.MaxRows);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
