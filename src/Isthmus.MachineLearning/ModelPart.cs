using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Wire;

namespace Isthmus.MachineLearning;

/// <summary>A part of a model in the form that goes into a pipeline.</summary>
/// <param name="Name">The file, or <c>The model</c>, in error messages.</param>
/// <param name="File">The part.</param>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Latent">Numbers in a code.</param>
internal sealed record ModelPart(string Name, ModelProto File, DataSchema Schema, int Latent)
{
    /// <summary>True if records are rows of a table, which enter by a column each; false if they enter as one vector.</summary>
    public bool IsOfColumns => File.Graph.Input.All(input => input.Name != RecordPorts.Record);

    /// <summary>A part of a trained model.</summary>
    /// <exception cref="InvalidInputException">A module of the part has no form in ONNX.</exception>
    public static ModelPart Of(TrainedModel model, OnnxPart part)
    {
        var file = ModelGraph.Of(model, part, scaledRows: false);
        return new ModelPart("The model", file, model.Specification.Schema, model.Network.Bottleneck.Latent).Checked();
    }

    /// <summary>A part in a file that <c>isthmus export</c> wrote.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer, or another part of a model.</exception>
    public static ModelPart Load(string path, OnnxPart part)
    {
        // Read whole and run once by ONNX Runtime, which finds what is damaged.
        using var model = OnnxModel.Load(path);
        if (model.Metadata.Part != part)
            throw new InvalidInputException(
                path,
                $"holds the part '{OnnxMetadata.NameOf(model.Metadata.Part)}' of a model, and this takes '{OnnxMetadata.NameOf(part)}'",
                "export that part"
            );
        return new ModelPart(path, ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(path)), model.Metadata.Schema, model.Metadata.Latent).Checked();
    }

    private ModelPart Checked() =>
        IsOfColumns && File.Graph.Input.Any(input => input.Type.TensorType.Shape.Dim[1].DimValue > 1)
            ? throw new InvalidInputException(Name, "is of windows of a series, and a pipeline sees a row at a time", "score the series by ScoreSeries")
            : this;
}
