using Isthmus.Data.Vectors;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>Reconstruction of each column by a model of vectors.</summary>
internal static class ColumnViews
{
    /// <summary>Returns the first <paramref name="columns"/> columns of a table, in their own units.</summary>
    public static IReadOnlyList<ReconstructedColumn> Of(ModelViews views, VectorSchema schema, int columns, int examples)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var x = views.First(ModelViews.MostRecords);
        float[] before = [.. views.Model.Record(x).contiguous().cpu().data<float>()],
            after = [.. views.Model.Reconstruct(x).cpu().data<float>()];
        views.Trained.Standardisation?.Last(schema.Dimension).Invert(before);
        views.Trained.Standardisation?.Last(schema.Dimension).Invert(after);
        var (width, count) = (schema.Dimension, before.Length / schema.Dimension);
        return
        [
            .. schema
                .Columns.Take(columns)
                .Select(
                    (name, column) =>
                    {
                        var pairs = Enumerable.Range(0, count).Select(i => ((double)before[i * width + column], (double)after[i * width + column])).ToArray();
                        var mean = pairs.Average(pair => pair.Item1);
                        var error = pairs.Average(pair => Math.Pow(pair.Item1 - pair.Item2, 2));
                        var variance = pairs.Average(pair => Math.Pow(pair.Item1 - mean, 2));
                        return new ReconstructedColumn(name, Math.Sqrt(error), 1 - error / variance, [.. pairs.Take(examples)]);
                    }
                ),
        ];
    }
}
