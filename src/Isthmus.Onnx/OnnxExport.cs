using Google.Protobuf;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;

namespace Isthmus.Onnx;

/// <summary>Models as ONNX files: operator set 17, IR version 8, any number of records at a time, what the data were scaled by inside the graph.</summary>
public static class OnnxExport
{
    /// <summary>
    /// Writes a part of the model as an ONNX file, when it has given what the model gives on some records, and nothing otherwise. Of a denoiser of photographs
    /// there is one part, from a noisy picture of any size to the restored one, which is its code as well.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Receives the file; need not seek, and stays open.</param>
    /// <param name="part">Part of the model. Default: the encoder.</param>
    /// <param name="heldOut">
    /// Records to compare the file with the model on, 512 of them at most. Default: for tables the validation rows that the model keeps, and for others
    /// records that are made at random.
    /// </param>
    /// <param name="scaledRows">
    /// For models of tables: true to take rows, and to give them, as N x D numbers on the model's scale in place of a named input and output a column. Default
    /// false.
    /// </param>
    /// <returns>The comparison.</returns>
    /// <exception cref="InvalidInputException">
    /// The part has no form in ONNX, it differs from the model by more than <see cref="OnnxComparison.Tolerance"/>, or the records are not what the model was
    /// trained on.
    /// </exception>
    public static OnnxComparison ExportOnnx(
        this TrainedModel model,
        Stream stream,
        OnnxPart part = OnnxPart.Encoder,
        Dataset? heldOut = null,
        bool scaledRows = false
    )
    {
        var (bytes, comparison) = Make(model, part, heldOut, scaledRows);
        stream.Write(bytes);
        return comparison;
    }

    /// <summary>Writes the same to a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A file that is there is replaced, when the new one is whole.</param>
    /// <param name="part">Part of the model. Default: the encoder.</param>
    /// <param name="heldOut">Records to compare the file with the model on. Default: what is at hand.</param>
    /// <param name="scaledRows">
    /// For models of tables: true to take rows, and to give them, as N x D numbers on the model's scale in place of a named input and output a column. Default
    /// false.
    /// </param>
    /// <returns>The comparison.</returns>
    /// <exception cref="InvalidInputException">As above, or the file cannot be written.</exception>
    public static OnnxComparison ExportOnnx(
        this TrainedModel model,
        string path,
        OnnxPart part = OnnxPart.Encoder,
        Dataset? heldOut = null,
        bool scaledRows = false
    )
    {
        var (bytes, comparison) = Make(model, part, heldOut, scaledRows);
        AtomicFile.Write(path, stream => stream.Write(bytes));
        return comparison;
    }

    private static (byte[] Bytes, OnnxComparison Comparison) Make(TrainedModel model, OnnxPart part, Dataset? heldOut, bool scaledRows)
    {
        var records = heldOut is null ? HeldOutRecords.AtHand(model) : HeldOutRecords.Of(model, heldOut);
        if (model.Network.Encoder is PictureDenoiser denoiser)
            return DenoiserGraph.Make(model, denoiser, part, records);
        var bytes = ModelGraph.Of(model, part, scaledRows).ToByteArray();
        using var onnx = OnnxModel.Of(bytes, "the file under construction");
        return (bytes, OnnxComparison.Of(model, onnx, bytes.Length, records));
    }
}
