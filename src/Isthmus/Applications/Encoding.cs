using Isthmus.Data;
using Isthmus.Evaluation;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Applications;

/// <summary>The codes of records as a table: features for whatever comes after.</summary>
public static class Encoding
{
    /// <summary>
    /// The records' names and labels where they are known, then one column a unit, <c>z0</c>, <c>z1</c>, ...: the mean of
    /// q(z|x), or z itself where there is no q.
    /// </summary>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="device">Where the model is; the CPU if null.</param>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's.</exception>
    public static IReadOnlyList<TableColumn> Of(TrainedModel trained, Dataset data, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var codes = Codes.Of(trained.Model, trained.Prepare(data), device);
        return
        [
            .. TableColumn.LabelsOf(data),
            .. Enumerable.Range(0, trained.Model.Bottleneck.Latent).Select(unit =>
            {
                using var inner = NewDisposeScope();
                return new TableColumn($"z{unit}", codes.select(1, unit).contiguous().data<float>().ToArray());
            }),
        ];
    }
}
