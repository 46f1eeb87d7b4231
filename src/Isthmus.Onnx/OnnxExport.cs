using Google.Protobuf;
using Isthmus.Models;

namespace Isthmus.Onnx;

/// <summary>Models as ONNX files.</summary>
public static class OnnxExport
{
    /// <summary>Writes a part of the model as an ONNX file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Receives the file; need not seek, and stays open. Nothing is written before all of it is made.</param>
    /// <param name="part">Part of the model. Default: the encoder.</param>
    /// <param name="scaledRows">
    /// For models of tables: true to take rows, and to give them, as N x D numbers on the model's scale in place of a named input and output a column. Default
    /// false.
    /// </param>
    /// <exception cref="InvalidInputException">A module of the part has no form in ONNX.</exception>
    public static void ExportOnnx(this TrainedModel model, Stream stream, OnnxPart part = OnnxPart.Encoder, bool scaledRows = false) =>
        stream.Write(ModelGraph.Of(model, part, scaledRows).ToByteArray());
}
