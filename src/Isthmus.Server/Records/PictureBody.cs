using Isthmus.Codes;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Server.Requests;
using Microsoft.AspNetCore.Http;
using SkiaSharp;

namespace Isthmus.Server.Records;

/// <summary>Pictures as bodies: the size that a file declares is looked at before any memory is taken for its pixels.</summary>
internal static class PictureBody
{
    private static readonly MadeByKind<ImageSchema?> Pictures = new MadeByKind<ImageSchema?>(_ => null).With<ImageSchema>(ImageKind.Instance, schema => schema);

    /// <summary>Reads a picture file as a record of a model.</summary>
    /// <exception cref="InvalidInputException">It is no picture, or the model is of other records.</exception>
    /// <exception cref="RequestException">413: it has more pixels than allowed.</exception>
    public static Dataset Read(DataSchema schema, byte[] file, long mostPixels)
    {
        using var data = SKData.CreateCopy(file);
        using (
            var codec = SKCodec.Create(data)
                ?? throw new InvalidInputException("The body", "is no picture that can be read", "send PNG, JPEG, WebP, GIF or BMP")
        )
            if ((long)codec.Info.Width * codec.Info.Height > mostPixels)
                throw new RequestException(StatusCodes.Status413PayloadTooLarge, $"The picture has more than {mostPixels:N0} pixels; reduce it.");
        return ModelRecords.Of<ReadOnlyMemory<byte>>(schema, [file]);
    }

    /// <summary>The first of some records as a PNG file.</summary>
    /// <exception cref="InvalidInputException">The records are no pictures.</exception>
    public static byte[] Png(RecordValues made) =>
        ImageGrid.Png(
            Pictures.Of(made.Schema) ?? throw new InvalidInputException($"{made.Schema}", "cannot be shown as pictures", "ask for JSON"),
            [made.Take(1).Pictures()[0]],
            columns: 1
        );
}
