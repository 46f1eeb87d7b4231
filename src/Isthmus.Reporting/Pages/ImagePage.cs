using Isthmus.Data.Images;
using Isthmus.Evaluation;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Pictures: their reconstructions, samples, traversals of the code and, of a denoising model, restored ones.</summary>
internal sealed class ImagePage(ImageSchema schema) : KindPage(schema)
{
    private readonly ImageSchema _image = schema.Output;

    public override Html Raw =>
        _image.Levels == 2 ? (Html)$"{NumberText.Of(_image.Dimension)} pixels of 1 bit" : $"{NumberText.Of(_image.Dimension)} values of 8 bits";

    public override double? PlainBits => _image.Dimension * Math.Log2(_image.Levels);

    public override string Worth(double bits, bool isDiscrete) =>
        PlainBits is { } raw && isDiscrete
            ? $"A coder built on the model would spend this on a test picture; stored plainly it takes {NumberText.Of(raw)} "
                + $"bits{(bits > 0 && raw / bits >= 1.1 ? $", {NumberText.Of(raw / bits, 2)} times as many" : "")}."
            : base.Worth(bits, isDiscrete);

    public override ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation)
    {
        content = content with { Image = _image };
        // A model that predicts a label gives no picture back.
        if (!views.Model.Likelihood.IsOfRecord)
            return content;
        var pictures = new PictureViews(views, _image);
        return content with
        {
            Reconstructions = views.Model.HasCode ? pictures.Reconstructions(10) : [],
            Samples = pictures.Samples(40),
            Traversals = views.Model.HasCode ? pictures.Traversals(10, 9, evaluation) : [],
            Denoised = pictures.Denoised(6),
        };
    }
}
