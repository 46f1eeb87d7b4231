using Isthmus.Data.Lines;
using Isthmus.Evaluation;
using Isthmus.Lines;
using Isthmus.Reporting.Drawing;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>Lines of text: what comes back, new ones, and those between two.</summary>
internal sealed class LinePage(LineSchema schema) : KindPage(schema)
{
    private const int Shown = 8;

    public override Html Raw => $"up to {Counted.Of(schema.Length, "token")} of {NumberText.Of(schema.Tokens.Count)} ({schema.Tokens.Rule})";

    public override string Worth(double bits, bool isDiscrete) => "A coder that has the model spends that on a line, its end included.";

    public override ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var (model, test) = (views.Trained, views.Test);
        string[] texts = [.. Enumerable.Range(0, Math.Min(Shown, test.Count)).Select(record => schema.Tokens.TextOf(test.Tokens(record)))];
        var hasCode = evaluation.Activity.Count > 0;
        return content with
        {
            Lines = new(
                hasCode ? [.. texts.Zip(LineSamples.Restored(model, views.Model.Encode(views.First(Shown), sample: false).Z))] : [],
                model.Network.Bottleneck.IsVariational ? LineSamples.Draw(model, Shown, views.Seed, device: views.Device) : [],
                hasCode && texts.Length > 1 ? LineSamples.Between(model, texts[0], texts[1], 6, device: views.Device) : []
            ),
        };
    }
}

/// <summary>Lines on a page.</summary>
/// <param name="Restored">Test lines, and what comes back greedily from their codes.</param>
/// <param name="Drawn">Lines of codes from the prior.</param>
/// <param name="Between">Lines of codes between those of the first two test lines.</param>
internal sealed record LineViews(IReadOnlyList<(string Line, string Restored)> Restored, IReadOnlyList<string> Drawn, IReadOnlyList<string> Between);
