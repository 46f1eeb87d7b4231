using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>Data sets of pictures, and checks of their options.</summary>
internal static class ImageData
{
    extension(Dataset)
    {
        /// <summary>
        /// Creates a data set of images. <paramref name="pixels"/> holds N planar records (C x H x W), one byte a pixel, each below
        /// <see cref="ImageSchema.Levels"/>.
        /// </summary>
        /// <exception cref="InvalidInputException">No records, a part of a record, or labels that do not match.</exception>
        public static Dataset Images(
            string name,
            ImageSchema schema,
            byte[] pixels,
            IReadOnlyList<LabelColumn>? labels = null,
            IReadOnlyList<string>? recordNames = null,
            IReadOnlyList<Wording>? notes = null
        ) => Dataset.OfBytes(name, schema, pixels, labels, recordNames, notes);
    }

    extension(DataOptions options)
    {
        /// <summary>Schema of the pictures that the model takes; null without a model, or with one of other records.</summary>
        internal ImageSchema? ExpectedImage => options.Expected as ImageSchema;
    }
}
