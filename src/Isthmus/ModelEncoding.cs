using System.Text.Json;
using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus;

/// <summary>Codes of records: the mean of q(z|x), or z itself where there is no q.</summary>
public static class ModelEncoding
{
    /// <summary>The code of one picture (C H W pixels from 0 to 1) or one vector (in the columns' own units), L numbers.</summary>
    /// <exception cref="InvalidInputException">Another number of numbers than the model takes, or one that is not finite.</exception>
    public static float[] Encode(this TrainedModel model, float[] record) => model.Encode<float[]>([record])[0];

    /// <summary>The code of one picture of 8-bit pixels, L numbers.</summary>
    /// <exception cref="InvalidInputException">Another number of pixels than the model takes.</exception>
    public static float[] Encode(this TrainedModel model, byte[] picture) => model.Encode<byte[]>([picture])[0];

    /// <summary>The code of one document, L numbers.</summary>
    /// <exception cref="InvalidInputException">The text has no word that the model knows.</exception>
    public static float[] Encode(this TrainedModel model, string text) => model.Encode<string>([text])[0];

    /// <summary>The codes of rows of JSON, an array of objects or one, N x L numbers.</summary>
    /// <exception cref="InvalidInputException">The rows lack a column of the model.</exception>
    public static float[][] Encode(this TrainedModel model, JsonElement rows) => model.Encode<JsonElement>(Rows.Elements(rows));

    /// <summary>The codes of records of any type that data are made of (arrays, texts, objects, dictionaries), N x L numbers in their order.</summary>
    /// <exception cref="InvalidInputException">The records are not what the model was trained on.</exception>
    public static float[][] Encode<T>(this TrainedModel model, IEnumerable<T> records) => Codes(model, ModelRecords.Of(model, records), default);

    /// <summary>The codes of data, N x L numbers in their order; of histories, those with an item that the model knows.</summary>
    /// <exception cref="InvalidInputException">The data are not what the model was trained on.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static float[][] Encode(this TrainedModel model, Dataset data, CancellationToken cancellationToken = default) =>
        Codes(model, data.BroughtTo(model.Specification.Schema), cancellationToken);

    private static float[][] Codes(TrainedModel model, Dataset data, CancellationToken cancellationToken)
    {
        var codes = new List<float[]>(data.Count);
        foreach (var batch in RecordCodes.InOrder(model.Network, model.Prepare(data)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            codes.AddRange(batch.data<float>().ToArray().Chunk((int)batch.shape[1]));
        }
        return [.. codes];
    }
}
