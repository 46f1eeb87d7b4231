using Isthmus.Codes;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus;

/// <summary>New records that a variational model makes.</summary>
public static class ModelSampling
{
    /// <summary>New pictures or vectors on the data's own scale: z ~ p(z), then E[x|z] or a draw of p(x|z).</summary>
    /// <param name="model">A variational model of pictures or vectors.</param>
    /// <param name="count">Number of records, above 0.</param>
    /// <param name="seed">Random seed of the draws. Default 1.</param>
    /// <param name="draw">Draw each number from p(x|z). Default: its mean.</param>
    /// <param name="label">Class, for a model conditioned on a label. Default: each class in turn.</param>
    /// <exception cref="InvalidInputException">The model has no prior, is of other records, is given no label, or knows no such class.</exception>
    public static RecordValues Sample(this TrainedModel model, int count, int seed = 1, bool draw = false, string? label = null) =>
        Generation.Sample(model, count, seed, draw, label: label);

    /// <summary>
    /// New rows of a table, objects or dictionaries: in the columns' own units, ranges and categories, near the codes of training rows.
    /// </summary>
    /// <typeparam name="T">A type with properties or a constructor's parameters called as the columns, a dictionary, or JSON.</typeparam>
    /// <param name="model">A variational model of rows.</param>
    /// <param name="count">Number of records, above 0.</param>
    /// <param name="seed">Random seed of the draws. Default 1.</param>
    /// <exception cref="InvalidInputException">The model has no prior, is not of rows, or no such object can be made.</exception>
    public static IReadOnlyList<T> SampleRows<T>(this TrainedModel model, int count, int seed = 1) => SyntheticRows.Draw<T>(model, count, seed);
}
